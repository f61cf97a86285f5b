package io.svmcoord.loadtest.conformance;

import static io.svmcoord.loadtest.conformance.ScriptedSpace.page;
import static io.svmcoord.loadtest.conformance.ScriptedSpace.pages;

import io.grpc.Status;
import io.svmcoord.conformance.v1.Outcome;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.InvalidationEvent;
import java.util.List;

/** Subscriptions that come and go while invalidations run. Stateless. */
final class SubscriptionChecks {
  private static final long OTHER_SPACE_AFTER = 1_000_000;

  private SubscriptionChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "subscribe-under-running",
            "G1 R6",
            "The answer to a subscription lists a running invalidation.",
            "A use of its page waits for its end.",
            SubscriptionChecks::underRunning),
        Check.of(
            "begin-behind-subscription",
            "G1 R7",
            "An invalidation comes in the same message as the answer to the subscription.",
            "It is acked, and a use of its page waits for its end.",
            SubscriptionChecks::beginBehind),
        Check.of(
            "remove-after-drop",
            "G1 R11",
            "The device removes a page, and an invalidation of it comes before the answer.",
            "The page is dropped before the removal is sent; the session goes on.",
            SubscriptionChecks::removeAfterDrop),
        Check.of(
            "remove-around-end",
            "G3 R12",
            "An invalidation ends between the removal of its page and the answer; then the page is"
                + " mirrored again.",
            "The page can be used.",
            SubscriptionChecks::removeAroundEnd),
        Check.of(
            "come-and-go",
            "G3 R13",
            "A page is added and removed while an invalidation of it runs, whose end is not told;"
                + " then it is added again.",
            "The page can be used.",
            SubscriptionChecks::comeAndGo),
        Check.of(
            "hole",
            "G1",
            "The device removes the middle of what it mirrors.",
            "What stays is used only if it was subscribed at every moment; the middle is not used.",
            SubscriptionChecks::hole),
        Check.of(
            "refused-subscription",
            "G1",
            "More pages are to be mirrored, and the coordinator refuses.",
            "They are not used.",
            SubscriptionChecks::refused),
        Check.of(
            "detach-after-drop",
            "G1",
            "The device leaves.",
            "Everything is dropped before the detach is sent.",
            SubscriptionChecks::detach),
        Check.of(
            "two-spaces",
            "G12",
            "Two spaces are mirrored in one session, and a page of the second is invalidated.",
            "The page with the same address in the first stays in use.",
            SubscriptionChecks::twoSpaces));
  }

  private static String underRunning(Stage stage) {
    Running before = stage.beginBefore(page(0));
    stage.mirror(pages(0, 8));
    Task reader = stage.use(page(0));
    stage.expectUnused(reader, "the page was used during the invalidation that was listed");
    before.end();
    stage.awaitUsed(reader, "the use after the end");
    return "waited for the end";
  }

  private static String beginBehind(Stage stage) {
    stage.holdUpdates(true);
    Task mirror = stage.startMirror(pages(0, 8));
    DeviceLink link = stage.awaitSession(1);
    DeviceCommand update = stage.awaitUpdate(mirror, 1);
    Running change =
        stage.scene.locked(
            () -> {
              var answer = link.updated(update);
              Running made = stage.beginUnsent(stage.space, page(2));
              link.send(answer, Notices.invalidate(made.invalidation));
              return made;
            });
    stage.holdUpdates(false);
    change.awaitAck();
    stage.awaitOk(mirror, "mirror");
    Task reader = stage.use(page(2));
    stage.expectUnused(reader, "the page was used during the invalidation");
    change.end();
    stage.awaitUsed(reader, "the use after the end");
    return "acked and waited for the end";
  }

  private static String removeAfterDrop(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0), page(4));
    stage.holdUpdates(true);
    Task removal = stage.startUnmirror(page(0));
    DeviceCommand update = stage.awaitUpdate(removal, 2);
    stage.expectUnmapped("after the removal was sent", page(0));
    Running change = stage.begin(page(0));
    stage.holdUpdates(false);
    stage.scene.locked(
        () -> {
          stage.link().answerUpdate(update);
          change.markEnded();
        });
    stage.awaitOk(removal, "mirror no longer");
    stage.begin(page(4)).pass();
    stage.map(page(4));
    return "dropped before";
  }

  private static String removeAroundEnd(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    Running change = stage.begin(page(0));
    change.awaitAck();
    stage.holdUpdates(true);
    Task removal = stage.startUnmirror(page(0));
    DeviceCommand update = stage.awaitUpdate(removal, 2);
    change.end();
    stage.holdUpdates(false);
    stage.scene.locked(() -> stage.link().answerUpdate(update));
    stage.awaitOk(removal, "mirror no longer");
    stage.mirror(page(0));
    stage.awaitUsed(stage.use(page(0)), "the use of a page that is mirrored again");
    return "nothing was left";
  }

  private static String comeAndGo(Stage stage) {
    Running before = stage.beginBefore(page(8));
    stage.mirror(pages(0, 8));
    stage.awaitOk(stage.startMirror(page(8)), "mirror");
    stage.unmirror(page(8));
    stage.scene.locked(before::markEnded);
    stage.mirror(page(8));
    stage.awaitUsed(stage.use(page(8)), "the use of a page that is mirrored again");
    return "nothing was left";
  }

  private static String hole(Stage stage) {
    stage.mirror(pages(0, 4));
    stage.map(pages(0, 4));
    stage.unmirror(pages(1, 2));
    // Pages that were not subscribed for a moment are dead: their use breaks a rule of the scene.
    boolean isKept = stage.isMapped(page(0), page(3));
    stage.expectUnmapped("after the removal", pages(1, 2));
    stage.map(page(3));
    stage.begin(page(3)).pass();
    return isKept ? "what stays was kept" : "everything was dropped";
  }

  private static String refused(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.holdUpdates(true);
    Task mirror = stage.startMirror(pages(8, 4));
    DeviceCommand update = stage.awaitUpdate(mirror, 2);
    stage.holdUpdates(false);
    stage.scene.locked(
        () -> stage.link().refuse(update, Status.RESOURCE_EXHAUSTED, "RESOURCE_EXHAUSTED"));
    stage.awaitDone(mirror, "mirror");
    if (mirror.outcome == Outcome.OUTCOME_OK) {
      throw CheckStopped.failed("the refusal was taken for an answer (expected: FAILED)");
    }
    stage.expectUnused(stage.use(page(8)), "a page without a subscription was used");
    stage.map(page(0));
    return "not used: " + mirror.message;
  }

  private static String detach(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    stage.scene.locked(() -> stage.scene.isHoldingDetaches = true);
    DeviceLink link = stage.link();
    Task leave = stage.startLeave();
    stage.await("a detach", () -> link.isDetached || leave.isDone());
    Task late = stage.use(stage.space, false, page(0));
    stage.awaitDone(late, "a use after the detach");
    if (!link.isDetached || !late.uses.isEmpty()) {
      throw CheckStopped.failed(
          link.isDetached ? "a page was used after the detach" : "no detach was sent");
    }
    stage.scene.locked(link::complete);
    stage.awaitOk(leave, "leave");
    return "dropped before";
  }

  private static String twoSpaces(Stage stage) {
    ScriptedSpace other =
        new ScriptedSpace(stage.space.id + OTHER_SPACE_AFTER, stage.space.epoch, 0);
    stage.addSpace(other);
    stage.mirror(pages(0, 8));
    stage.awaitOk(
        stage.startUpdate(other, List.of(pages(0, 8)), List.of()), "mirror a second space");
    stage.map(page(0));
    stage.awaitUsed(stage.use(other, true, page(0)), "the use of the second space");
    Running change =
        stage.begin(other, InvalidationEvent.INVALIDATION_EVENT_UNMAP_VALUE, false, page(0));
    change.awaitAck();
    stage.awaitUsed(stage.use(page(0)), "the use of the first space");
    int faults = stage.space.faults(page(0).first());
    if (faults != 1) {
      throw CheckStopped.failed(
          "the page of the first space was fetched %d times (expected: 1)".formatted(faults));
    }
    change.end();
    stage.awaitUsed(stage.use(other, true, page(0)), "the use after the end");
    return "the first space was left alone";
  }
}
