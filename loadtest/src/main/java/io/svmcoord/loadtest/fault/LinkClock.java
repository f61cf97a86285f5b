package io.svmcoord.loadtest.fault;

/**
 * When the bytes of one direction come out: each piece no earlier than its delay, no earlier than
 * the piece before it, and no faster than the rate. Pure: the time is a parameter. Confined to its
 * owner.
 *
 * <p>The rate is that of a wire: a piece occupies it for {@code bytes / rate} from when it is free,
 * and what waits behind it comes later; time in which nothing was sent is not saved up.
 */
final class LinkClock {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private boolean isUsed;
  private long freeAtNanos;

  /** When the last byte of a piece that arrives now comes out. */
  long release(int bytes, LinkFaults faults, long nowNanos) {
    long ready = nowNanos + faults.delay().toNanos();
    long start = isUsed && freeAtNanos - ready > 0 ? freeAtNanos : ready;
    isUsed = true;
    freeAtNanos = start + occupiedNanos(bytes, faults.bytesPerSecond());
    return freeAtNanos;
  }

  private static long occupiedNanos(int bytes, long bytesPerSecond) {
    return bytesPerSecond == LinkFaults.UNLIMITED ? 0 : bytes * NANOS_PER_SECOND / bytesPerSecond;
  }
}
