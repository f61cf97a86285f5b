package io.svmcoord.server.service;

import io.svmcoord.range.AddressRanges;
import io.svmcoord.server.kernel.Invalidation;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.SpaceBaseline;
import io.svmcoord.server.kernel.SubscriptionsUpdate;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.CommandFailed;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.Draining;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SessionOpened;
import io.svmcoord.v1.SessionResumed;
import io.svmcoord.v1.SpaceReleased;
import io.svmcoord.v1.SubscriptionsUpdated;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes what devices are told. The kernel tells all sessions of one event in a row and with the
 * same object, so remembering the last one encodes each event once. Confined to the kernel's loop.
 */
final class DeviceNotices {
  private @Nullable Invalidation lastInvalidate;
  private @Nullable Chunk lastInvalidateChunk;
  private @Nullable Invalidation lastEnded;
  private long lastEndSequence;
  private @Nullable Chunk lastEndedChunk;

  Chunk invalidate(Invalidation invalidation) {
    Chunk known = lastInvalidateChunk;
    if (known != null && isSame(lastInvalidate, invalidation)) {
      return known;
    }
    Chunk chunk =
        Chunk.event(
            DeviceNotice.newBuilder()
                .setInvalidate(
                    Invalidate.newBuilder()
                        .setSpaceId(invalidation.id().spaceId())
                        .setEpoch(invalidation.id().epoch())
                        .setSequence(invalidation.id().sequence())
                        .setEvent(Enums.event(invalidation.event()))
                        .setNonBlockable(invalidation.isNonBlockable())
                        .addAllRanges(ranges(invalidation.ranges())))
                .build(),
            Change.of(invalidation.id().spaceId(), invalidation.ranges()));
    lastInvalidate = invalidation;
    lastInvalidateChunk = chunk;
    return chunk;
  }

  Chunk ended(Invalidation invalidation, boolean isForced, long endSequence) {
    Chunk known = lastEndedChunk;
    if (known != null && isSame(lastEnded, invalidation) && lastEndSequence == endSequence) {
      return known;
    }
    Chunk chunk =
        Chunk.event(
            DeviceNotice.newBuilder()
                .setEnded(
                    InvalidationEnded.newBuilder()
                        .setSpaceId(invalidation.id().spaceId())
                        .setEpoch(invalidation.id().epoch())
                        .setSequence(invalidation.id().sequence())
                        .setForced(isForced)
                        .setEndSequence(endSequence))
                .build(),
            Change.none(invalidation.id().spaceId()));
    lastEnded = invalidation;
    lastEndSequence = endSequence;
    lastEndedChunk = chunk;
    return chunk;
  }

  @SuppressWarnings("ReferenceEquality") // One event is one object: that is the point.
  private static boolean isSame(@Nullable Invalidation a, Invalidation b) {
    return a == b;
  }

  static Chunk opened(SessionOpened opened) {
    return Chunk.of(DeviceNotice.newBuilder().setOpened(opened).build());
  }

  static Chunk heartbeat(long number, long ttlNanos) {
    return Chunk.of(
        DeviceNotice.newBuilder()
            .setHeartbeat(
                HeartbeatAnswer.newBuilder()
                    .setNumber(number)
                    .setTtlMillis((int) Wire.millis(ttlNanos)))
            .build());
  }

  static Chunk updated(long correlationId, SubscriptionsUpdate update) {
    SubscriptionsUpdated.Builder updated =
        SubscriptionsUpdated.newBuilder()
            .setCorrelationId(correlationId)
            .setSpaceId(update.spaceId())
            .setEpoch(update.epoch())
            .setSequence(update.sequence())
            .setVersion(update.version())
            .setPageSize(update.pageSizeBytes());
    update.running().forEach(running -> updated.addRunning(running(running)));
    return Chunk.of(DeviceNotice.newBuilder().setUpdated(updated).build());
  }

  private static RunningInvalidation running(Invalidation running) {
    return RunningInvalidation.newBuilder()
        .setSequence(running.id().sequence())
        .addAllRanges(ranges(running.ranges()))
        .build();
  }

  static Chunk resumed(SessionOpened session, List<SpaceBaseline> spaces) {
    SessionResumed.Builder resumed = SessionResumed.newBuilder().setSession(session);
    spaces.forEach(space -> resumed.addSpaces(baseline(space)));
    return Chunk.of(DeviceNotice.newBuilder().setResumed(resumed).build());
  }

  /**
   * What a device is told in place of events of a space that waited too long. An event itself: what
   * it changes is merged again if it has to wait.
   */
  static Chunk caughtUp(SpaceBaseline space, Change change) {
    io.svmcoord.v1.SpaceBaseline.Builder baseline = baseline(space);
    if (change.isEverything()) {
      baseline.setResyncRequired(true);
    }
    change.ranges().ifPresent(ranges -> baseline.addAllChanged(ranges(ranges)));
    return Chunk.event(DeviceNotice.newBuilder().setCaughtUp(baseline).build(), change);
  }

  private static io.svmcoord.v1.SpaceBaseline.Builder baseline(SpaceBaseline space) {
    io.svmcoord.v1.SpaceBaseline.Builder baseline =
        io.svmcoord.v1.SpaceBaseline.newBuilder()
            .setSpaceId(space.spaceId())
            .setEpoch(space.epoch())
            .setSequence(space.sequence())
            .setVersion(space.version())
            .setResyncRequired(space.isResyncRequired());
    space.running().forEach(running -> baseline.addRunning(running(running)));
    return baseline;
  }

  static Chunk failed(long correlationId, Refusal refusal) {
    return Chunk.of(
        DeviceNotice.newBuilder()
            .setFailed(
                CommandFailed.newBuilder()
                    .setCorrelationId(correlationId)
                    .setFailure(Errors.failure(refusal)))
            .build());
  }

  static Chunk released(long spaceId, long epoch) {
    return Chunk.of(
        DeviceNotice.newBuilder()
            .setReleased(SpaceReleased.newBuilder().setSpaceId(spaceId).setEpoch(epoch))
            .build());
  }

  static Chunk draining(int deadlineMillis) {
    return Chunk.of(
        DeviceNotice.newBuilder()
            .setDraining(Draining.newBuilder().setDeadlineMillis(deadlineMillis))
            .build());
  }

  static List<AddressRange> ranges(AddressRanges ranges) {
    List<AddressRange> list = new ArrayList<>(ranges.size());
    for (int i = 0; i < ranges.size(); i++) {
      list.add(Wire.range(ranges.first(i), ranges.last(i)));
    }
    return list;
  }
}
