package io.svmcoord.server.service;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The streams of one loop that have something to write. One task is on its way while there are any,
 * however many they are; it writes in slices, so that the first streams' bytes leave before the
 * last stream's are made. Gateways are written when their members were. Confined to its loop, but
 * for {@link #loop()}.
 */
final class LoopOutbox {
  /** Streams that are written before the bytes of the slice are flushed to the sockets. */
  private static final int SLICE = 128;

  /**
   * Slices after which gateways are written though streams still wait: what many members are told
   * leaves together, and on a loop that is never done it leaves too.
   */
  private static final int GATEWAY_SLICES = 16;

  private final Loop loop;
  private final ArrayDeque<StreamOutbox> streams = new ArrayDeque<>();
  private final ArrayDeque<GatewayOutbox> gateways = new ArrayDeque<>();
  private final Runnable drain = this::drain;
  private final AtomicLong waitingNotices = new AtomicLong();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong mergedNotices = new AtomicLong();
  private final AtomicLong resyncNotices = new AtomicLong();
  private final AtomicLong mostEvents = new AtomicLong();
  private boolean armed;

  /** The message of several notices that was put together last, while there are streams. */
  private Envelope last = Envelope.EMPTY;

  /** Slices since gateways were written. */
  private int slices;

  LoopOutbox(Loop loop) {
    this.loop = loop;
  }

  /** The loop. Thread-safe. */
  Loop loop() {
    return loop;
  }

  /** Notices that wait for this loop's streams. Thread-safe, may be a moment old. */
  long waitingNotices() {
    return waitingNotices.get();
  }

  /** What waits for this loop's streams, in bytes. Thread-safe, may be a moment old. */
  long waitingBytes() {
    return waitingBytes.get();
  }

  /** Notices so far that stood for merged events of a space. Thread-safe, may be a moment old. */
  long mergedNotices() {
    return mergedNotices.get();
  }

  /** Notices so far that made a device drop a whole space. Thread-safe, may be a moment old. */
  long resyncNotices() {
    return resyncNotices.get();
  }

  /** Most events so far that waited for one stream at once. Thread-safe, may be a moment old. */
  long mostEvents() {
    return mostEvents.get();
  }

  /** Notes how many events wait for one stream by now, those that were merged left out. */
  void noteEvents(int events) {
    if (events > mostEvents.getPlain()) {
      mostEvents.lazySet(events);
    }
  }

  /** Counts notices and bytes that came or went. */
  void countWaiting(int notices, int bytes) {
    add(waitingNotices, notices);
    add(waitingBytes, bytes);
  }

  /** Counts a notice that stands for events that waited too long. */
  void countCaughtUp(boolean isEverything) {
    add(isEverything ? resyncNotices : mergedNotices, 1);
  }

  private static void add(AtomicLong sum, int change) {
    // One writer: ordering is all that a reader needs.
    sum.lazySet(sum.getPlain() + change);
  }

  void enqueue(StreamOutbox stream) {
    streams.add(stream);
    arm();
  }

  /**
   * One message of some notices. Streams that are written one after the other and have the same
   * ones waiting, as those of a fan-out have, share it.
   */
  Envelope envelope(Chunk[] waiting, int from, int end, int sizeBytes) {
    if (!last.isMadeOf(waiting, from, end)) {
      last = new Envelope(Arrays.copyOfRange(waiting, from, end), sizeBytes);
    }
    return last;
  }

  /** Its members write into it as streams do, so it is written after them. */
  void enqueue(GatewayOutbox gateway) {
    gateways.add(gateway);
    arm();
  }

  private void arm() {
    if (!armed) {
      armed = true;
      loop.execute(drain);
    }
  }

  private void drain() {
    armed = false;
    for (int i = 0; i < SLICE; i++) {
      StreamOutbox stream = streams.poll();
      if (stream == null) {
        break;
      }
      stream.flush();
    }
    if (streams.isEmpty() || ++slices == GATEWAY_SLICES) {
      slices = 0;
      flushGateways();
    }
    if (streams.isEmpty()) {
      last = Envelope.EMPTY;
    } else {
      arm();
    }
  }

  private void flushGateways() {
    for (GatewayOutbox next = gateways.poll(); next != null; next = gateways.poll()) {
      next.flush();
    }
  }
}
