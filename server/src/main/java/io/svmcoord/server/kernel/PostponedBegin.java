package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import org.jspecify.annotations.Nullable;

/**
 * A begin that has not begun, because a reader reserved pages of it. As a {@link Timer} it is armed
 * while it waits. Confined to the coordinator's thread.
 */
final class PostponedBegin extends Timer {
  final AddressSpace space;
  final AddressRanges ranges;
  final BeginRequest request;
  final BeginCallback callback;
  final BeginTicket ticket;
  final long sinceNanos;

  /** In order of arrival. */
  final long number;

  /** The reservation that it is parked on; null when it waits no more. */
  @Nullable Reservation blocker;

  /** Its place among what is parked there. */
  int parkedIndex;

  PostponedBegin(
      AddressSpace space,
      AddressRanges ranges,
      BeginRequest request,
      BeginCallback callback,
      BeginTicket ticket,
      long sinceNanos,
      long number) {
    this.space = space;
    this.ranges = ranges;
    this.request = request;
    this.callback = callback;
    this.ticket = ticket;
    this.sinceNanos = sinceNanos;
    this.number = number;
  }
}
