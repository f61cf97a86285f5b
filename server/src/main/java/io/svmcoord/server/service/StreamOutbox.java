package io.svmcoord.server.service;

import io.grpc.ServerCall;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one session's stream. Everything that is there when the loop gets to it goes out
 * as one message: a busy loop batches by itself, an idle one delays nothing.
 *
 * <p>Bounded: when the peer doesn't read, the transport says so and things wait here; past the
 * limit they are dropped and the owner is told, who ends the session. Confined to the stream's
 * loop, but for {@link #loopOutbox()}.
 */
final class StreamOutbox {
  /**
   * Most bytes of one message, but for a single larger notice: a quarter of what clients accept by
   * default.
   */
  static final int MESSAGE_BYTES_MAX = 1 << 20;

  private static final int CAPACITY_MIN = 4;
  private static final int CAPACITY_KEPT_MAX = 64;
  private static final Chunk[] NONE = {};

  /**
   * Bounds of one stream.
   *
   * @param bytesMax bytes that may wait
   * @param noticesMax notices that may wait
   */
  record Limits(int bytesMax, int noticesMax) {}

  private final ServerCall<?, Envelope> call;
  private final LoopOutbox loopOutbox;
  private final Limits limits;
  private final Runnable onOverflow;
  private Chunk[] waiting = NONE;
  private int count;
  private int bytes;
  private Outgoing.@Nullable Close close;
  private boolean overflowed;
  private boolean done;
  private boolean queued;

  /**
   * An outbox for one call.
   *
   * @param onOverflow told once, on the stream's loop, when the limits are passed
   */
  StreamOutbox(
      ServerCall<?, Envelope> call, LoopOutbox loopOutbox, Limits limits, Runnable onOverflow) {
    this.call = call;
    this.loopOutbox = loopOutbox;
    this.limits = limits;
    this.onOverflow = onOverflow;
  }

  /** The stream's loop. Thread-safe. */
  LoopOutbox loopOutbox() {
    return loopOutbox;
  }

  /** Adds a notice; it goes out with whatever else waits then. */
  void add(Chunk chunk) {
    if (done || overflowed || close != null) {
      return;
    }
    if (count >= limits.noticesMax || bytes + chunk.sizeBytes() > limits.bytesMax) {
      overflowed = true;
      drop();
      onOverflow.run();
      return;
    }
    if (count == waiting.length) {
      waiting = Arrays.copyOf(waiting, Math.max(CAPACITY_MIN, 2 * count));
    }
    waiting[count++] = chunk;
    bytes += chunk.sizeBytes();
    loopOutbox.countWaiting(1);
    enqueue();
  }

  /** Adds a notice or the end of the stream. */
  void accept(Outgoing outgoing) {
    switch (outgoing) {
      case Chunk chunk -> add(chunk);
      case Outgoing.Close how -> close(how);
    }
  }

  /** Ends the stream after what waits; at once if the peer doesn't read it. */
  void close(Outgoing.Close how) {
    if (!done && close == null) {
      close = how;
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
    int sent = 0;
    while (sent < count && call.isReady()) {
      sent += sendFrom(sent);
    }
    forget(sent);
    Outgoing.Close how = close;
    if (how != null && !done) {
      abandon();
      call.close(how.status(), how.trailers());
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
    call.sendMessage(new Envelope(Arrays.copyOfRange(waiting, from, end), size));
    return end - from;
  }

  private void forget(int sent) {
    if (sent == count) {
      drop();
      return;
    }
    for (int i = 0; i < sent; i++) {
      bytes -= waiting[i].sizeBytes();
    }
    System.arraycopy(waiting, sent, waiting, 0, count - sent);
    Arrays.fill(waiting, count - sent, count, null);
    count -= sent;
    loopOutbox.countWaiting(-sent);
  }

  private void drop() {
    if (count == 0) {
      return;
    }
    if (waiting.length > CAPACITY_KEPT_MAX) {
      waiting = NONE;
    } else {
      Arrays.fill(waiting, 0, count, null);
    }
    loopOutbox.countWaiting(-count);
    count = 0;
    bytes = 0;
  }

  private void enqueue() {
    if (!queued) {
      queued = true;
      loopOutbox.enqueue(this);
    }
  }
}
