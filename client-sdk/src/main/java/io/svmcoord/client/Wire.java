package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.AddressSpace;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.Page;
import io.svmcoord.v1.ReadRetryResponse;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SessionOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Translates between the contract's messages and the SDK's values, and nothing else. */
final class Wire {
  private Wire() {}

  static io.svmcoord.v1.AddressRange range(AddressRange range) {
    return io.svmcoord.v1.AddressRange.newBuilder()
        .setFirst(range.first())
        .setLast(range.last())
        .build();
  }

  static AddressRange range(io.svmcoord.v1.AddressRange range) {
    return new AddressRange(range.getFirst(), range.getLast());
  }

  static List<io.svmcoord.v1.AddressRange> ranges(Collection<AddressRange> ranges) {
    List<io.svmcoord.v1.AddressRange> messages = new ArrayList<>(ranges.size());
    for (AddressRange range : ranges) {
      messages.add(range(range));
    }
    return messages;
  }

  static AddressRanges ranges(List<io.svmcoord.v1.AddressRange> ranges) {
    long[] firsts = new long[ranges.size()];
    long[] lasts = new long[ranges.size()];
    for (int i = 0; i < firsts.length; i++) {
      firsts[i] = ranges.get(i).getFirst();
      lasts[i] = ranges.get(i).getLast();
    }
    return AddressRanges.ofBounds(firsts, lasts);
  }

  /** The ranges, if there are any. */
  static Optional<AddressRanges> changed(List<io.svmcoord.v1.AddressRange> ranges) {
    return ranges.isEmpty() ? Optional.empty() : Optional.of(ranges(ranges));
  }

  static io.svmcoord.v1.Access access(Access access) {
    return switch (access) {
      case READ -> io.svmcoord.v1.Access.ACCESS_READ;
      case WRITE -> io.svmcoord.v1.Access.ACCESS_WRITE;
      case SNAPSHOT -> io.svmcoord.v1.Access.ACCESS_SNAPSHOT;
    };
  }

  static Access access(io.svmcoord.v1.Access access) {
    return switch (access) {
      case ACCESS_READ -> Access.READ;
      case ACCESS_WRITE -> Access.WRITE;
      case ACCESS_SNAPSHOT -> Access.SNAPSHOT;
      case ACCESS_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "access: %s (expected: READ, WRITE or SNAPSHOT)".formatted(access));
    };
  }

  static Page page(MirroredPage page) {
    return Page.newBuilder()
        .setAddress(page.address())
        .setFrame(page.frame())
        .setWritable(page.writable())
        .setOrder(page.order())
        .build();
  }

  static MirroredPage page(Page page) {
    return new MirroredPage(
        page.getAddress(), page.getFrame(), page.getWritable(), page.getOrder());
  }

  static InvalidationEvent event(Event event) {
    return switch (event) {
      case UNMAP -> InvalidationEvent.INVALIDATION_EVENT_UNMAP;
      case CLEAR -> InvalidationEvent.INVALIDATION_EVENT_CLEAR;
      case PROTECTION_VMA -> InvalidationEvent.INVALIDATION_EVENT_PROTECTION_VMA;
      case PROTECTION_PAGE -> InvalidationEvent.INVALIDATION_EVENT_PROTECTION_PAGE;
      case SOFT_DIRTY -> InvalidationEvent.INVALIDATION_EVENT_SOFT_DIRTY;
      case RELEASE -> InvalidationEvent.INVALIDATION_EVENT_RELEASE;
      case MIGRATE -> InvalidationEvent.INVALIDATION_EVENT_MIGRATE;
      case EXCLUSIVE -> InvalidationEvent.INVALIDATION_EVENT_EXCLUSIVE;
    };
  }

  /** Events that this version has no word for are CLEAR, which is always right. */
  static Event event(InvalidationEvent event) {
    return switch (event) {
      case INVALIDATION_EVENT_UNMAP -> Event.UNMAP;
      case INVALIDATION_EVENT_PROTECTION_VMA -> Event.PROTECTION_VMA;
      case INVALIDATION_EVENT_PROTECTION_PAGE -> Event.PROTECTION_PAGE;
      case INVALIDATION_EVENT_SOFT_DIRTY -> Event.SOFT_DIRTY;
      case INVALIDATION_EVENT_RELEASE -> Event.RELEASE;
      case INVALIDATION_EVENT_MIGRATE -> Event.MIGRATE;
      case INVALIDATION_EVENT_EXCLUSIVE -> Event.EXCLUSIVE;
      case INVALIDATION_EVENT_CLEAR, INVALIDATION_EVENT_UNSPECIFIED, UNRECOGNIZED -> Event.CLEAR;
    };
  }

  static AddressSpaceInfo space(AddressSpace space) {
    return new AddressSpaceInfo(
        space.getId(),
        space.getName(),
        space.getPageSize(),
        space.getEpoch(),
        space.getSequence(),
        space.getSubscriptions(),
        space.getRunningInvalidations(),
        space.getWaitingReaders());
  }

  static InvalidationId id(io.svmcoord.v1.InvalidationId id) {
    return new InvalidationId(id.getSpaceId(), id.getEpoch(), id.getSequence());
  }

  static io.svmcoord.v1.InvalidationId id(InvalidationId id) {
    return io.svmcoord.v1.InvalidationId.newBuilder()
        .setSpaceId(id.spaceId())
        .setEpoch(id.epoch())
        .setSequence(id.sequence())
        .build();
  }

  static FanOut fanOut(io.svmcoord.v1.FanOut fanOut) {
    return new FanOut(
        fanOut.getSessionsNotified(),
        fanOut.getNotAckedList().stream().map(Wire::missing).toList(),
        fanOut.getSlowestSessionId(),
        Duration.ofNanos(fanOut.getSlowestNanos()));
  }

  private static FanOut.Missing missing(SessionOutcome outcome) {
    FanOut.Outcome word =
        switch (outcome.getOutcome()) {
          case OUTCOME_EXPIRED -> FanOut.Outcome.EXPIRED;
          case OUTCOME_EVICTED -> FanOut.Outcome.EVICTED;
          case OUTCOME_LEFT -> FanOut.Outcome.LEFT;
          case OUTCOME_WOULD_BLOCK -> FanOut.Outcome.WOULD_BLOCK;
          case OUTCOME_NO_ANSWER -> FanOut.Outcome.NO_ANSWER;
          case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> FanOut.Outcome.OTHER;
        };
    return new FanOut.Missing(outcome.getSessionId(), word);
  }

  /** A retry for a cause that this version has no word for is a retry like the first. */
  static RetryResult retry(ReadRetryResponse answer) {
    if (!answer.getRetry()) {
      return RetryResult.VALID;
    }
    return switch (answer.getCause()) {
      case CAUSE_STALE_EPOCH -> RetryResult.STALE_EPOCH;
      case CAUSE_NEW_INCARNATION -> RetryResult.NEW_INCARNATION;
      case CAUSE_SPACE_GONE -> RetryResult.SPACE_GONE;
      case CAUSE_INVALIDATED, CAUSE_UNSPECIFIED, UNRECOGNIZED -> RetryResult.INVALIDATED;
    };
  }

  /** Running invalidations by sequence. */
  static Map<Long, AddressRanges> running(List<RunningInvalidation> all) {
    Map<Long, AddressRanges> running = new HashMap<>();
    for (RunningInvalidation each : all) {
      running.put(each.getSequence(), ranges(each.getRangesList()));
    }
    return running;
  }
}
