package io.svmcoord.server.kernel;

import java.util.List;

/** One output of the coordinator, as the checkers see it. */
sealed interface Told {
  record Invalidated(long session, Invalidation what) implements Told {}

  record Ended(long session, Invalidation what, boolean isForced, long endSequence)
      implements Told {}

  record Released(long session, long space) implements Told {}

  record Closed(long session, EndCause cause) implements Told {}

  record Superseded(long session) implements Told {}

  record Resumed(long session, List<SpaceBaseline> spaces) implements Told {}

  record ResumeRefused(long session, Refusal refusal) implements Told {}

  record Begun(int tag, InvalidationId id, FanOutReport report) implements Told {}

  record BeginRefused(int tag, Refusal refusal) implements Told {}

  record Updated(int tag, long session, SubscriptionsUpdate update) implements Told {}

  record UpdateRefused(int tag, Refusal refusal) implements Told {}

  record Ready(int tag, Token token) implements Told {}

  record ReadRefused(int tag, Refusal refusal) implements Told {}

  record SpaceReleased(int tag, FanOutReport report) implements Told {}

  record ReleaseRefused(int tag, Refusal refusal) implements Told {}
}
