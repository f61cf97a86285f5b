package io.svmcoord.server.service;

import io.svmcoord.server.kernel.InvalidationEvent;
import io.svmcoord.server.kernel.RefusalCause;
import io.svmcoord.server.kernel.RetryResult;
import io.svmcoord.server.kernel.SessionOutcome;
import io.svmcoord.server.kernel.SessionRole;
import io.svmcoord.server.kernel.SessionState;
import io.svmcoord.v1.ReadRetryResponse;
import java.util.Optional;

/** Translates the contract's enums and the kernel's into each other. */
final class Enums {
  private Enums() {}

  /** The kernel's event; empty for one that is not set or of a later version of the contract. */
  static Optional<InvalidationEvent> event(io.svmcoord.v1.InvalidationEvent event) {
    return switch (event) {
      case INVALIDATION_EVENT_UNMAP -> Optional.of(InvalidationEvent.UNMAP);
      case INVALIDATION_EVENT_CLEAR -> Optional.of(InvalidationEvent.CLEAR);
      case INVALIDATION_EVENT_PROTECTION_VMA -> Optional.of(InvalidationEvent.PROTECTION_VMA);
      case INVALIDATION_EVENT_PROTECTION_PAGE -> Optional.of(InvalidationEvent.PROTECTION_PAGE);
      case INVALIDATION_EVENT_SOFT_DIRTY -> Optional.of(InvalidationEvent.SOFT_DIRTY);
      case INVALIDATION_EVENT_RELEASE -> Optional.of(InvalidationEvent.RELEASE);
      case INVALIDATION_EVENT_MIGRATE -> Optional.of(InvalidationEvent.MIGRATE);
      case INVALIDATION_EVENT_EXCLUSIVE -> Optional.of(InvalidationEvent.EXCLUSIVE);
      case INVALIDATION_EVENT_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  static io.svmcoord.v1.InvalidationEvent event(InvalidationEvent event) {
    return switch (event) {
      case UNMAP -> io.svmcoord.v1.InvalidationEvent.INVALIDATION_EVENT_UNMAP;
      case CLEAR -> io.svmcoord.v1.InvalidationEvent.INVALIDATION_EVENT_CLEAR;
      case PROTECTION_VMA -> io.svmcoord.v1.InvalidationEvent.INVALIDATION_EVENT_PROTECTION_VMA;
      case PROTECTION_PAGE -> io.svmcoord.v1.InvalidationEvent.INVALIDATION_EVENT_PROTECTION_PAGE;
      case SOFT_DIRTY -> io.svmcoord.v1.InvalidationEvent.INVALIDATION_EVENT_SOFT_DIRTY;
      case RELEASE -> io.svmcoord.v1.InvalidationEvent.INVALIDATION_EVENT_RELEASE;
      case MIGRATE -> io.svmcoord.v1.InvalidationEvent.INVALIDATION_EVENT_MIGRATE;
      case EXCLUSIVE -> io.svmcoord.v1.InvalidationEvent.INVALIDATION_EVENT_EXCLUSIVE;
    };
  }

  /** A device's cause; whatever is not WOULD_BLOCK means that it does not know what it uses. */
  static RefusalCause cause(io.svmcoord.v1.Refusal.Cause cause) {
    return switch (cause) {
      case CAUSE_WOULD_BLOCK -> RefusalCause.WOULD_BLOCK;
      case CAUSE_FAILED, CAUSE_UNSPECIFIED, UNRECOGNIZED -> RefusalCause.FAILED;
    };
  }

  static io.svmcoord.v1.SessionOutcome.Outcome outcome(SessionOutcome.Kind kind) {
    return switch (kind) {
      case EXPIRED -> io.svmcoord.v1.SessionOutcome.Outcome.OUTCOME_EXPIRED;
      case EVICTED -> io.svmcoord.v1.SessionOutcome.Outcome.OUTCOME_EVICTED;
      case LEFT -> io.svmcoord.v1.SessionOutcome.Outcome.OUTCOME_LEFT;
      case WOULD_BLOCK -> io.svmcoord.v1.SessionOutcome.Outcome.OUTCOME_WOULD_BLOCK;
      case NO_ANSWER -> io.svmcoord.v1.SessionOutcome.Outcome.OUTCOME_NO_ANSWER;
    };
  }

  static ReadRetryResponse retry(RetryResult result) {
    return switch (result) {
      case VALID -> ReadRetryResponse.getDefaultInstance();
      case INVALIDATED -> retry(ReadRetryResponse.Cause.CAUSE_INVALIDATED);
      case STALE_EPOCH -> retry(ReadRetryResponse.Cause.CAUSE_STALE_EPOCH);
      case NEW_INCARNATION -> retry(ReadRetryResponse.Cause.CAUSE_NEW_INCARNATION);
      case SPACE_GONE -> retry(ReadRetryResponse.Cause.CAUSE_SPACE_GONE);
    };
  }

  private static ReadRetryResponse retry(ReadRetryResponse.Cause cause) {
    return ReadRetryResponse.newBuilder().setRetry(true).setCause(cause).build();
  }

  static io.svmcoord.v1.SessionRole role(SessionRole role) {
    return switch (role) {
      case DEVICE -> io.svmcoord.v1.SessionRole.SESSION_ROLE_DEVICE;
      case HOST -> io.svmcoord.v1.SessionRole.SESSION_ROLE_HOST;
    };
  }

  static io.svmcoord.v1.SessionState state(SessionState state) {
    return switch (state) {
      case ACTIVE -> io.svmcoord.v1.SessionState.SESSION_STATE_ACTIVE;
      case SUSPECT -> io.svmcoord.v1.SessionState.SESSION_STATE_SUSPECT;
      case EVICTED -> io.svmcoord.v1.SessionState.SESSION_STATE_EVICTED;
      case EXPIRED -> io.svmcoord.v1.SessionState.SESSION_STATE_EXPIRED;
      case DETACHED -> io.svmcoord.v1.SessionState.SESSION_STATE_DETACHED;
    };
  }
}
