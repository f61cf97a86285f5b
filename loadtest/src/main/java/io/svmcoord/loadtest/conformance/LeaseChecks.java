package io.svmcoord.loadtest.conformance;

import static io.svmcoord.loadtest.conformance.ScriptedSpace.page;
import static io.svmcoord.loadtest.conformance.ScriptedSpace.pages;

import io.svmcoord.loadtest.conformance.DeviceLink.Beat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Promise G4: a device stops by its own clock. The run can't see when a heartbeat was sent, only
 * when it came; on loopback the difference is far below the slack. Stateless.
 */
final class LeaseChecks {
  private static final LeaseTerms TERMS = LeaseTerms.SHORT;

  /** Answered heartbeats before anything is played. */
  private static final int BEATS_BEFORE = 2;

  /** More than the time to live. */
  private static final int BEATS_RENEWING = 12;

  /** A heartbeat may come this many intervals after the one before. */
  private static final int BEAT_INTERVALS_MAX = 3;

  private static final Duration LATE_ANSWER = Duration.ofMillis(1100);

  private LeaseChecks() {}

  static List<Check> all() {
    return List.of(
        Check.ofLease(
            "heartbeats",
            "G4",
            "Nothing, for longer than the lease.",
            "Heartbeats come at the interval that was granted, their numbers grow, and pages stay"
                + " in use.",
            LeaseChecks::heartbeats),
        Check.ofLease(
            "lease-ends",
            "G4",
            "Heartbeats are no longer answered.",
            "No use later than TTL - guard after the last heartbeat that was answered.",
            stage -> leaseEnds(stage, false)),
        Check.ofLease(
            "lease-lasts",
            "G4",
            "As before.",
            "The page stays in use until then.",
            stage -> leaseEnds(stage, true)),
        Check.ofLease(
            "lease-from-sending",
            "G4",
            "The last heartbeat that is answered is answered %d ms late."
                .formatted(LATE_ANSWER.toMillis()),
            "The lease counts from its sending: no use later than TTL after it.",
            LeaseChecks::fromSending),
        Check.ofLease(
            "lease-without-stream",
            "G4",
            "The stream breaks and no session can be opened.",
            "No use later than TTL after the last heartbeat that was answered.",
            LeaseChecks::withoutStream));
  }

  private static String heartbeats(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    DeviceLink link = stage.link();
    long gapNanosMax =
        TimeUnit.MILLISECONDS.toNanos((long) BEAT_INTERVALS_MAX * TERMS.heartbeatMillis())
            + stage.scene.limits.slack().toNanos();
    awaitBeats(stage, link, BEATS_RENEWING);
    List<Beat> beats = stage.scene.locked(() -> List.copyOf(link.beats));
    long longest = 0;
    for (int index = 1; index < beats.size(); index++) {
      Beat before = beats.get(index - 1);
      Beat beat = beats.get(index);
      if (Long.compareUnsigned(beat.number(), before.number()) <= 0) {
        throw CheckStopped.failed(
            "heartbeat %d after %d (expected: a higher number)"
                .formatted(beat.number(), before.number()));
      }
      longest = Math.max(longest, beat.atNanos() - before.atNanos());
    }
    if (longest > gapNanosMax) {
      throw CheckStopped.failed(
          "%s between two heartbeats (expected: %d ms, at most %s)"
              .formatted(
                  Scene.millis(longest), TERMS.heartbeatMillis(), Scene.millis(gapNanosMax)));
    }
    if (!stage.isMapped(page(0))) {
      throw CheckStopped.failed("the page was given up while its lease was renewed");
    }
    return "every %d ms, at most %s apart"
        .formatted(TERMS.heartbeatMillis(), Scene.millis(longest));
  }

  private static void awaitBeats(Stage stage, DeviceLink link, int beats) {
    stage.await(beats + " heartbeats", () -> link.beats.size() >= beats);
  }

  private static String leaseEnds(Stage stage, boolean isLowerBound) {
    DeviceLink link = mapped(stage);
    long answeredNanos =
        stage.scene.locked(
            () -> {
              stage.scene.isAnsweringHeartbeats = false;
              return link.beats.getLast().atNanos();
            });
    LastUse last = awaitStop(stage, answeredNanos);
    long expected = TimeUnit.MILLISECONDS.toNanos(TERMS.deviceMillis());
    long slack = stage.scene.limits.slack().toNanos();
    if (isLowerBound && last.unusedNanos() < expected - slack) {
      throw CheckStopped.failed(
          "given up %s after the last answered heartbeat (expected: %s, %s less at most)"
              .formatted(
                  Scene.millis(last.unusedNanos()), Scene.millis(expected), Scene.millis(slack)));
    }
    return isLowerBound ? last.toString() : within(last, expected + slack);
  }

  private static String fromSending(Stage stage) {
    DeviceLink link = mapped(stage);
    int before =
        stage.scene.locked(
            () -> {
              stage.scene.isAnsweringHeartbeats = false;
              return link.beats.size();
            });
    awaitBeats(stage, link, before + 1);
    Beat beat = stage.scene.locked(() -> link.beats.get(before));
    stage.pause(LATE_ANSWER);
    stage.scene.locked(() -> link.answerBeat(beat.number()));
    return within(awaitStop(stage, beat.atNanos()), latest(stage));
  }

  private static String withoutStream(Stage stage) {
    DeviceLink link = mapped(stage);
    long answeredNanos =
        stage.scene.locked(
            () -> {
              stage.scene.isRefusingOpens = true;
              link.breakOff();
              return link.beats.getLast().atNanos();
            });
    return within(awaitStop(stage, answeredNanos), latest(stage));
  }

  private static DeviceLink mapped(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    DeviceLink link = stage.link();
    awaitBeats(stage, link, BEATS_BEFORE);
    return link;
  }

  /** Without the guard: what is wrong here is wrong by more than that. */
  private static long latest(Stage stage) {
    return TimeUnit.MILLISECONDS.toNanos(TERMS.ttlMillis()) + stage.scene.limits.slack().toNanos();
  }

  /**
   * When the device stopped, counted from a heartbeat.
   *
   * @param usedNanos of its last use
   * @param unusedNanos of the first look that found nothing in use
   */
  private record LastUse(long usedNanos, long unusedNanos) {
    @Override
    public String toString() {
      return usedNanos == 0
          ? "given up at once"
          : "last use %s after the last answered heartbeat".formatted(Scene.millis(usedNanos));
    }
  }

  /** Uses what is mapped again and again until nothing is; or far past the end of the lease. */
  private static LastUse awaitStop(Stage stage, long fromNanos) {
    long untilNanos = fromNanos + TimeUnit.MILLISECONDS.toNanos(2L * TERMS.ttlMillis());
    long usedNanos = 0;
    while (true) {
      Task task = stage.use(stage.space, false, page(0));
      stage.awaitDone(task, "a use of what is mapped");
      long now = Scene.nowNanos();
      List<PageUse> uses = stage.scene.locked(() -> List.copyOf(task.uses));
      if (!uses.isEmpty()) {
        usedNanos = uses.getLast().atNanos - fromNanos;
      }
      if (uses.isEmpty() || now - untilNanos > 0) {
        return new LastUse(usedNanos, now - fromNanos);
      }
      stage.pause(Duration.ofMillis(1));
    }
  }

  private static String within(LastUse last, long limitNanos) {
    if (last.usedNanos() > limitNanos) {
      throw CheckStopped.failed(
          "used %s after the last answered heartbeat (expected: at most %s)"
              .formatted(Scene.millis(last.usedNanos()), Scene.millis(limitNanos)));
    }
    return last.toString();
  }
}
