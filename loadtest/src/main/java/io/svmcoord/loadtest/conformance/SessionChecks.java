package io.svmcoord.loadtest.conformance;

import static io.svmcoord.loadtest.conformance.ScriptedSpace.page;
import static io.svmcoord.loadtest.conformance.ScriptedSpace.pages;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.Draining;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Sessions that end, and those that follow. Stateless. */
final class SessionChecks {
  private static final Duration DRAIN_DEADLINE = Duration.ofMinutes(1);

  private SessionChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "evicted",
            "G1 G6",
            "The session is evicted.",
            "Everything is dropped before the device opens a session again; then it subscribes"
                + " again.",
            stage ->
                comeBack(
                    stage,
                    link ->
                        link.fail(
                            Status.FAILED_PRECONDITION,
                            "SESSION_EVICTED",
                            "evicted by the script of a check"))),
        Check.of(
            "stream-broken",
            "G1 G7",
            "The stream breaks, and the lease goes on.",
            "Everything is dropped before the device opens a session again; then it subscribes"
                + " again.",
            stage -> comeBack(stage, DeviceLink::breakOff)),
        Check.of(
            "draining",
            "G1 G7",
            "The node says that it drains; an invalidation comes; then it closes the stream.",
            "The device goes on until then, or leaves by itself; it comes back.",
            SessionChecks::draining));
  }

  private static String comeBack(Stage stage, Consumer<DeviceLink> end) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    DeviceLink first = stage.link();
    stage.scene.locked(
        () -> {
          stage.scene.isHoldingOpens = true;
          end.accept(first);
        });
    DeviceLink next = stage.awaitSession(2);
    ByteString key = next.previousKey;
    if (!key.isEmpty() && !key.equals(first.key())) {
      throw CheckStopped.failed(
          "previous_session_key: another session's (expected: that of the last one, or none)");
    }
    // From open on, everything is dropped by the device's own word.
    stage.expectUnmapped("after the open of the next session", page(0));
    stage.scene.locked(
        () -> {
          stage.scene.isHoldingOpens = false;
          next.answerOpen();
        });
    stage.awaitUsed(stage.use(page(0)), "a use in the next session");
    return "came back";
  }

  private static String draining(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    DeviceLink first = stage.link();
    stage.send(
        DeviceNotice.newBuilder()
            .setDraining(Draining.newBuilder().setDeadlineMillis((int) DRAIN_DEADLINE.toMillis())));
    Running change = stage.begin(page(0));
    stage.await("an ack, or a detach", () -> change.invalidation.isAcked || first.isDetached);
    boolean isLeaving = stage.scene.locked(() -> first.isDetached);
    if (isLeaving) {
      stage.scene.locked(change::markEnded);
    } else {
      change.end();
      stage.awaitUsed(stage.use(page(1)), "a use while the node drains");
      stage.scene.locked(() -> first.fail(Status.UNAVAILABLE, "DRAINING", "the node stops"));
    }
    stage.awaitSession(2);
    stage.awaitUsed(stage.use(page(0)), "a use in the next session");
    return isLeaving ? "left by itself and came back" : "went on and came back";
  }
}
