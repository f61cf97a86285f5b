package io.svmcoord.client;

import io.svmcoord.range.AddressRanges;

/**
 * What {@link Mirror#readBegin} returns: "nothing of these ranges was being invalidated at this
 * point, as far as this mirror was told". Good for any number of checks. Immutable.
 */
public final class LocalToken {
  private final MirrorState origin;
  private final long generation;
  private final long processed;
  private final AddressRanges ranges;

  LocalToken(MirrorState origin, long generation, long processed, AddressRanges ranges) {
    this.origin = origin;
    this.generation = generation;
    this.processed = processed;
    this.ranges = ranges;
  }

  /** What was asked for; a check may ask for any part of it. */
  public AddressRanges ranges() {
    return ranges;
  }

  /** Whether it was taken for exactly these ranges; mostly they are the same object. */
  @SuppressWarnings("ReferenceEquality")
  boolean isFor(AddressRanges asked) {
    return ranges == asked || ranges.equals(asked);
  }

  MirrorState origin() {
    return origin;
  }

  long generation() {
    return generation;
  }

  /** Number of the last change that the mirror had processed when the token was given. */
  long processed() {
    return processed;
  }

  @Override
  public String toString() {
    return "LocalToken[processed=%d, generation=%d, ranges=%s]"
        .formatted(processed, generation, ranges);
  }
}
