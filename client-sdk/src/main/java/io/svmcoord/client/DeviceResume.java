package io.svmcoord.client;

import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.ResumeDevice;
import io.svmcoord.v1.SessionOpened;
import io.svmcoord.v1.SessionResumed;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.SpacePosition;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries a device's mirrors over to the next stream of their session: says where they stand, and
 * brings them into step with the answer. Pages stay mapped all along; what began meanwhile is told
 * next, and what ended meanwhile counts as ended by force, since nobody says how. Confined to the
 * session's mailbox.
 */
final class DeviceResume {
  private final SessionKeeper<
          DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
      keeper;
  private final Map<Long, SpaceMirrors> spaces;
  private final UpdateCommands commands;
  private final DeviceEvents events;

  DeviceResume(
      SessionKeeper<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          keeper,
      Map<Long, SpaceMirrors> spaces,
      UpdateCommands commands,
      DeviceEvents events) {
    this.keeper = keeper;
    this.spaces = spaces;
    this.commands = commands;
    this.events = events;
  }

  /** The command that resumes a session; see {@link SessionRole#resume}. */
  Consumer<DeviceSessionRequest.Builder> command(SessionOpened session) {
    ResumeDevice.Builder resume =
        ResumeDevice.newBuilder()
            .setSessionKey(session.getSessionKey())
            .setIncarnation(session.getIncarnation());
    spaces.forEach(
        (id, space) -> {
          if (space.isKnown()) {
            resume.addPositions(
                SpacePosition.newBuilder()
                    .setSpaceId(id)
                    .setEpoch(space.epoch())
                    .setSequence(space.lastSequence())
                    .setVersion(space.version()));
          }
        });
    DeviceCommand command = DeviceCommand.newBuilder().setResume(resume).build();
    return message -> message.addCommands(command);
  }

  /** The session goes on; false if it had to be given up, because the answer does not fit. */
  boolean bring(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse> old,
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse> now,
      SessionResumed answer) {
    Map<Long, SpaceBaseline> baselines = new HashMap<>();
    answer.getSpacesList().forEach(baseline -> baselines.put(baseline.getSpaceId(), baseline));
    for (Map.Entry<Long, SpaceMirrors> each : Map.copyOf(spaces).entrySet()) {
      SpaceBaseline baseline = baselines.get(each.getKey());
      String flaw = bring(each.getKey(), each.getValue(), baseline);
      if (!flaw.isEmpty()) {
        keeper.giveUp(Errors.lost(flaw, null), true);
        return false;
      }
    }
    if (!keeper.isCurrent(now)) {
      return false;
    }
    commands.resend(old, now);
    return true;
  }

  /** Brings one space into step; answers what is wrong, if anything is. */
  private String bring(long spaceId, SpaceMirrors space, @Nullable SpaceBaseline baseline) {
    if (!space.isKnown()) {
      // The update that asked for it was not answered; it is sent again.
      return "";
    }
    if (baseline == null) {
      events.released(spaceId);
      return "";
    }
    if (space.order(baseline.getEpoch()) != SpaceMirrors.EpochOrder.SAME) {
      return "the address space has another epoch";
    }
    long lostAnswers = baseline.getVersion() - space.version();
    if (lostAnswers < 0 || lostAnswers > commands.pending(spaceId)) {
      return "version of the subscriptions: %s (expected: %s, and one more for each update under way)"
          .formatted(
              Long.toUnsignedString(baseline.getVersion()), Long.toUnsignedString(space.version()));
    }
    Map<Long, AddressRanges> running = Wire.running(baseline.getRunningList());
    space.resumed(running.keySet(), baseline.getResyncRequired());
    if (baseline.getResyncRequired()) {
      space.mirrors.forEach(one -> one.mirror.resync(running));
      if (space.mirrors.stream().anyMatch(one -> one.mirror.isBroken())) {
        return "a device table failed to drop everything";
      }
      keeper.tell(new SessionEvent.Resynced(spaceId));
      return "";
    }
    try {
      space.mirrors.forEach(one -> one.mirror.resumed(running));
      return "";
    } catch (Throwable e) {
      keeper.tell(new SessionEvent.HandlerFailed(spaceId, e));
      return "a device table failed on an end";
    }
  }
}
