package io.svmcoord.loadtest.conformance;

import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.Refusal;
import java.util.List;

/** One invalidation that a script began. Guarded by the scene's lock. */
final class ScriptedInvalidation {
  final ScriptedSpace space;
  final long epoch;
  final long sequence;
  final List<AddressRange> ranges;
  final long begunNanos;

  /** The device has said that it stopped; so it is from the start for one that was listed only. */
  boolean isAcked;

  boolean isRefused;
  boolean isEnded;
  Refusal.Cause refusal = Refusal.Cause.CAUSE_UNSPECIFIED;
  long answeredNanos;

  ScriptedInvalidation(
      ScriptedSpace space, long epoch, long sequence, List<AddressRange> ranges, long begunNanos) {
    this.space = space;
    this.epoch = epoch;
    this.sequence = sequence;
    this.ranges = List.copyOf(ranges);
    this.begunNanos = begunNanos;
  }

  boolean isAnswered() {
    return isAcked || isRefused;
  }

  /** Whether the device has stopped using its pages and may not begin again. */
  boolean isClosed() {
    return isAcked && !isEnded;
  }

  boolean covers(long address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  @Override
  public String toString() {
    return "invalidation " + Long.toUnsignedString(sequence) + " of " + ranges;
  }
}
