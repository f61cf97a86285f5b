package io.svmcoord.server.service;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The streams of one loop that have something to write. One task is on its way while there are any,
 * however many they are; it writes in slices, so that the first streams' bytes leave before the
 * last stream's are made. Confined to its loop, but for {@link #loop()}.
 */
final class LoopOutbox {
  /** Streams that are written before the bytes of the slice are flushed to the sockets. */
  private static final int SLICE = 128;

  private final Loop loop;
  private final ArrayDeque<StreamOutbox> streams = new ArrayDeque<>();
  private final Runnable drain = this::drain;
  private final AtomicLong waitingNotices = new AtomicLong();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong mergedNotices = new AtomicLong();
  private final AtomicLong resyncNotices = new AtomicLong();
  private final AtomicLong mostEvents = new AtomicLong();
  private boolean armed;

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
        return;
      }
      stream.flush();
    }
    if (!streams.isEmpty()) {
      arm();
    }
  }
}
