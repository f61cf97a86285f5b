package io.svmcoord.server.service;

import io.svmcoord.range.AddressRanges;
import java.util.Optional;

/**
 * What an event makes a device drop: what has to be kept of an event that waits too long for its
 * device. Immutable.
 *
 * @param spaceId the address space
 * @param ranges the ranges; empty if the event changes none, as an end does not
 * @param isEverything whether it is the whole space; then no ranges are listed
 */
record Change(long spaceId, Optional<AddressRanges> ranges, boolean isEverything) {
  /** A change of ranges. */
  static Change of(long spaceId, AddressRanges ranges) {
    return new Change(spaceId, Optional.of(ranges), false);
  }

  /** News of a space that changes nothing in it. */
  static Change none(long spaceId) {
    return new Change(spaceId, Optional.empty(), false);
  }

  /** A change of the whole space. */
  static Change everything(long spaceId) {
    return new Change(spaceId, Optional.empty(), true);
  }
}
