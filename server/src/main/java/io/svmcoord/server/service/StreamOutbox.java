package io.svmcoord.server.service;

import io.grpc.ServerCall;
import io.svmcoord.server.kernel.SpaceBaseline;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one session's stream. Everything that is there when the loop gets to it goes out
 * as one message: a busy loop batches by itself, an idle one delays nothing.
 *
 * <p>Bounded (promise G11). When the peer doesn't read, the transport says so and things wait here.
 * Past the soft limits events don't wait as such any more: each space's changed ranges do, merged,
 * in a {@link Lag}; past the hard ones, and where ranges become too many, the whole space does.
 * When the stream takes more, one notice per space says what changed and where the space stands by
 * then, in the place of the events in the stream, so that order and completeness hold (promise G7).
 * What can't be merged, as answers can't, ends the session past the hard limits.
 *
 * <p>Invariants: Q1 what waits never passes the hard limits; Q2 an event of a space that has a lag
 * goes there, so none overtakes another; Q3 a space's lag is taken out with a baseline that the
 * kernel made after all events in it and before all events behind it.
 *
 * <p>Confined to the stream's loop, but for {@link #loopOutbox()}.
 */
final class StreamOutbox {
  /**
   * Most bytes of one message, but for a single larger notice: a quarter of what clients accept by
   * default.
   */
  static final int MESSAGE_BYTES_MAX = 1 << 20;

  /** Spaces that are caught up in at once: a slow stream's return is work for the kernel too. */
  static final int SPACES_PER_CATCH_UP = 16;

  private static final int CAPACITY_MIN = 4;
  private static final int CAPACITY_KEPT_MAX = 64;
  private static final Chunk[] NONE = {};

  /**
   * Bounds of one stream. The soft limits are never above the hard ones.
   *
   * @param mergeBytes bytes that wait before events are merged
   * @param mergeNotices notices that wait before events are merged
   * @param bytesMax bytes that may wait, merged or not
   * @param noticesMax notices and merged spaces that may wait
   */
  record Limits(int mergeBytes, int mergeNotices, int bytesMax, int noticesMax) {
    Limits {
      mergeBytes = Math.min(mergeBytes, bytesMax);
      mergeNotices = Math.min(mergeNotices, noticesMax);
    }
  }

  /** Who is told what an outbox can't see to by itself. Called on the stream's loop. */
  interface Owner {
    /**
     * The stream takes more, and is behind in these spaces: to be answered with a {@link
     * Outgoing.CatchUp}.
     */
    void behind(long[] spaces);

    /** Once: the hard limits are passed, what waited is dropped. */
    void overflowed();
  }

  private final ServerCall<?, Envelope> call;
  private final LoopOutbox loopOutbox;
  private final Limits limits;
  private final Owner owner;
  private Chunk[] waiting = NONE;
  private int count;
  private int bytes;

  /** How many of those that wait are events. */
  private int events;

  private @Nullable Lag lag;
  private boolean isCatchingUp;
  private Outgoing.@Nullable Close close;
  private boolean overflowed;
  private boolean done;
  private boolean queued;

  // As they were counted last.
  private int countedNotices;
  private int countedBytes;

  /** An outbox for one call. */
  StreamOutbox(ServerCall<?, Envelope> call, LoopOutbox loopOutbox, Limits limits, Owner owner) {
    this.call = call;
    this.loopOutbox = loopOutbox;
    this.limits = limits;
    this.owner = owner;
  }

  /** The stream's loop. Thread-safe. */
  LoopOutbox loopOutbox() {
    return loopOutbox;
  }

  /** Notices and merged spaces that wait. */
  int waitingNotices() {
    Lag behind = lag;
    return behind == null ? count : count + behind.size();
  }

  /** Bytes that wait, merged ranges included. */
  int waitingBytes() {
    Lag behind = lag;
    return behind == null ? bytes : bytes + behind.sizeBytes();
  }

  /** Adds a notice; it goes out with whatever else waits then. */
  void add(Chunk chunk) {
    if (done || overflowed || close != null) {
      return;
    }
    Change change = chunk.change();
    boolean isTight = isPast(limits.mergeNotices, limits.mergeBytes, chunk);
    if (isTight) {
      isTight = !makeRoom(chunk);
    }
    if (change != null && (isTight || isBehind(change.spaceId()))) {
      merge(change);
    } else {
      append(chunk);
      if (change != null) {
        loopOutbox.noteEvents(events);
      }
    }
    keepLimits();
    enqueue();
  }

  /** Adds what is to be told, or the end of the stream. */
  void accept(Outgoing outgoing) {
    switch (outgoing) {
      case Chunk chunk -> add(chunk);
      case Outgoing.CatchUp catchUp -> caughtUp(catchUp);
      case Outgoing.Close how -> close(how);
    }
  }

  /** Ends the stream after what waits, unless that is dropped; at once if the peer doesn't read. */
  void close(Outgoing.Close how) {
    if (!done && close == null) {
      close = how;
      if (how.dropsWaiting()) {
        drop();
      }
      enqueue();
    }
  }

  /** The stream is gone: nothing more is written. */
  void abandon() {
    done = true;
    drop();
  }

  /** Writes what waits as far as the transport takes it; the rest follows when it is ready. */
  void flush() {
    queued = false;
    write();
    Outgoing.Close how = close;
    if (how != null && !done) {
      abandon();
      call.close(how.status(), how.trailers());
    }
    Lag behind = lag;
    if (behind != null && count == 0 && !isCatchingUp && call.isReady()) {
      isCatchingUp = true;
      owner.behind(behind.oldest(SPACES_PER_CATCH_UP));
    }
  }

  private void write() {
    int sent = 0;
    while (sent < count && call.isReady()) {
      sent += sendFrom(sent);
    }
    if (sent > 0) {
      forget(sent);
    }
  }

  /** Sends one message of the notices from an index on; answers their number. */
  private int sendFrom(int from) {
    if (count - from == 1) {
      call.sendMessage(waiting[from].alone());
      return 1;
    }
    int end = from + 1;
    int size = waiting[from].sizeBytes();
    while (end < count && size + waiting[end].sizeBytes() <= MESSAGE_BYTES_MAX) {
      size += waiting[end++].sizeBytes();
    }
    call.sendMessage(loopOutbox.envelope(waiting, from, end, size));
    return end - from;
  }

  private void append(Chunk chunk) {
    if (count == waiting.length) {
      waiting = Arrays.copyOf(waiting, Math.max(CAPACITY_MIN, 2 * count));
    }
    waiting[count++] = chunk;
    bytes += chunk.sizeBytes();
    events += chunk.change() == null ? 0 : 1;
    recount();
  }

  private void forget(int sent) {
    if (sent == count) {
      forgetAll();
    } else {
      for (int i = 0; i < sent; i++) {
        bytes -= waiting[i].sizeBytes();
        events -= waiting[i].change() == null ? 0 : 1;
      }
      System.arraycopy(waiting, sent, waiting, 0, count - sent);
      Arrays.fill(waiting, count - sent, count, null);
      count -= sent;
    }
    recount();
  }

  private void forgetAll() {
    if (waiting.length > CAPACITY_KEPT_MAX) {
      waiting = NONE;
    } else {
      Arrays.fill(waiting, 0, count, null);
    }
    count = 0;
    bytes = 0;
    events = 0;
  }

  private void drop() {
    forgetAll();
    lag = null;
    recount();
  }

  // Behind.

  private boolean isPast(int noticesMax, int bytesMax, Chunk next) {
    return waitingNotices() >= noticesMax || waitingBytes() + next.sizeBytes() > bytesMax;
  }

  private boolean isBehind(long spaceId) {
    return lag != null && lag.has(spaceId);
  }

  /** Makes room within the soft limits, if it can be made. */
  private boolean makeRoom(Chunk next) {
    // A burst within one turn of the loop does not make a slow stream.
    if (call.isReady()) {
      write();
    }
    if (events > 0 && isPast(limits.mergeNotices, limits.mergeBytes, next)) {
      mergeEvents();
    }
    return !isPast(limits.mergeNotices, limits.mergeBytes, next);
  }

  /** Takes the events out of what waits; the rest keeps its order. */
  private void mergeEvents() {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      Chunk chunk = waiting[i];
      Change change = chunk.change();
      if (change == null) {
        waiting[kept++] = chunk;
      } else {
        bytes -= chunk.sizeBytes();
        merge(change);
      }
    }
    Arrays.fill(waiting, kept, count, null);
    count = kept;
    events = 0;
    recount();
  }

  private void merge(Change change) {
    Lag behind = lag;
    if (behind == null) {
      behind = new Lag();
      lag = behind;
    }
    behind.add(change);
    recount();
  }

  private void keepLimits() {
    if (isOver() && lag != null) {
      lag.coarsen();
      recount();
    }
    if (isOver()) {
      overflowed = true;
      drop();
      owner.overflowed();
    }
  }

  private boolean isOver() {
    return waitingNotices() > limits.noticesMax || waitingBytes() > limits.bytesMax;
  }

  private void caughtUp(Outgoing.CatchUp catchUp) {
    isCatchingUp = false;
    Lag behind = lag;
    if (behind == null) {
      return;
    }
    for (SpaceBaseline baseline : catchUp.baselines()) {
      Change change = behind.remove(baseline.spaceId());
      if (change != null) {
        append(DeviceNotices.caughtUp(baseline, change));
        loopOutbox.countCaughtUp(change.isEverything());
      }
    }
    for (long spaceId : catchUp.asked()) {
      // Of a space in which the session has no part any more nothing is mirrored.
      var _ = behind.remove(spaceId);
    }
    if (behind.isEmpty()) {
      lag = null;
    }
    recount();
    keepLimits();
    enqueue();
  }

  private void recount() {
    int notices = waitingNotices();
    int size = waitingBytes();
    loopOutbox.countWaiting(notices - countedNotices, size - countedBytes);
    countedNotices = notices;
    countedBytes = size;
  }

  private void enqueue() {
    if (!queued) {
      queued = true;
      loopOutbox.enqueue(this);
    }
  }
}
