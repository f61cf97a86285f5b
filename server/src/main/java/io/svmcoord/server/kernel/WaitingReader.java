package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import org.jspecify.annotations.Nullable;

/** One reader that waits in read_begin. Confined to the coordinator's thread. */
final class WaitingReader extends ReadTicket {
  final AddressSpace space;
  final AddressRanges ranges;
  final ReadCallback callback;
  final long sinceNanos;
  final long reserveNanos;

  /** In order of arrival. */
  final long number;

  /** The invalidation that it is parked on; null when it waits no more. */
  @Nullable RunningInvalidation blocker;

  /** Its place among the blocker's parked readers. */
  int parkedIndex;

  WaitingReader(
      AddressSpace space,
      AddressRanges ranges,
      ReadCallback callback,
      long sinceNanos,
      long reserveNanos,
      long number) {
    this.space = space;
    this.ranges = ranges;
    this.callback = callback;
    this.sinceNanos = sinceNanos;
    this.reserveNanos = reserveNanos;
    this.number = number;
  }
}
