package io.svmcoord.loadtest.sim.net;

/**
 * Flow control of one stream in one direction: what was sent and not yet taken by the reader, at
 * most about so much. HTTP/2's windows, less that of the connection. Confined to its simulation.
 */
final class Window {
  /** Bytes of a stream under way before its sender is told to wait. */
  static final int BYTES_DEFAULT = 64 << 10;

  /** What every message counts beyond its bytes, as its frame's header does. */
  private static final int OVERHEAD_BYTES = 16;

  private final int bytes;

  /** At the sender. */
  private long underWay;

  /** At the reader: taken, and not yet told to the sender. */
  private long taken;

  Window(int bytes) {
    this.bytes = bytes;
  }

  // At the sender.

  boolean isOpen() {
    return underWay < bytes;
  }

  void sent(int size) {
    underWay += size + OVERHEAD_BYTES;
  }

  /** The reader took so much; whether that opened the window. */
  boolean credited(long credit) {
    boolean wasOpen = isOpen();
    underWay -= credit;
    return !wasOpen && isOpen();
  }

  // At the reader.

  /** A message was taken; answers what to tell the sender now, 0 for nothing yet. */
  long take(int size) {
    taken += size + OVERHEAD_BYTES;
    if (taken < bytes / 2) {
      return 0;
    }
    long credit = taken;
    taken = 0;
    return credit;
  }
}
