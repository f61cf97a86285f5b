package io.svmcoord.loadtest.conformance;

import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.SpaceReleased;
import java.util.List;

/** Makes notices. Stateless. */
final class Notices {
  private Notices() {}

  static DeviceNotice.Builder invalidate(
      ScriptedInvalidation invalidation, int event, boolean isNonBlockable) {
    return DeviceNotice.newBuilder()
        .setInvalidate(
            Invalidate.newBuilder()
                .setSpaceId(invalidation.space.id)
                .setEpoch(invalidation.epoch)
                .setSequence(invalidation.sequence)
                .setEventValue(event)
                .setNonBlockable(isNonBlockable)
                .addAllRanges(ranges(invalidation.ranges)));
  }

  static DeviceNotice.Builder invalidate(ScriptedInvalidation invalidation) {
    return invalidate(invalidation, InvalidationEvent.INVALIDATION_EVENT_UNMAP.getNumber(), false);
  }

  static DeviceNotice.Builder ended(ScriptedInvalidation invalidation) {
    return DeviceNotice.newBuilder()
        .setEnded(
            InvalidationEnded.newBuilder()
                .setSpaceId(invalidation.space.id)
                .setEpoch(invalidation.epoch)
                .setSequence(invalidation.sequence));
  }

  static DeviceNotice.Builder endedByForce(ScriptedInvalidation invalidation, long endSequence) {
    DeviceNotice.Builder notice = ended(invalidation);
    notice.getEndedBuilder().setForced(true).setEndSequence(endSequence);
    return notice;
  }

  /** Stands for what happened in a space until now, where it was not told. */
  static DeviceNotice.Builder caughtUp(
      ScriptedSpace space, long version, boolean isResync, List<AddressRange> changed) {
    SpaceBaseline.Builder baseline =
        SpaceBaseline.newBuilder()
            .setSpaceId(space.id)
            .setEpoch(space.epoch)
            .setSequence(space.sequence)
            .setVersion(version)
            .setResyncRequired(isResync)
            .addAllChanged(ranges(changed));
    space.invalidations.stream()
        .filter(each -> !each.isEnded)
        .forEach(each -> baseline.addRunning(running(each)));
    return DeviceNotice.newBuilder().setCaughtUp(baseline);
  }

  static RunningInvalidation running(ScriptedInvalidation invalidation) {
    return RunningInvalidation.newBuilder()
        .setSequence(invalidation.sequence)
        .addAllRanges(ranges(invalidation.ranges))
        .build();
  }

  static DeviceNotice.Builder released(ScriptedSpace space) {
    return DeviceNotice.newBuilder()
        .setReleased(SpaceReleased.newBuilder().setSpaceId(space.id).setEpoch(space.epoch));
  }

  static List<io.svmcoord.v1.AddressRange> ranges(List<AddressRange> ranges) {
    return ranges.stream().map(Notices::range).toList();
  }

  static io.svmcoord.v1.AddressRange range(AddressRange range) {
    return io.svmcoord.v1.AddressRange.newBuilder()
        .setFirst(range.first())
        .setLast(range.last())
        .build();
  }
}
