package io.svmcoord.loadtest.conformance;

import static io.svmcoord.loadtest.conformance.ScriptedSpace.page;
import static io.svmcoord.loadtest.conformance.ScriptedSpace.pages;

import java.util.List;

/** Messages of other epochs, and coordinators without memory. Stateless. */
final class EpochChecks {
  /** So that no invalidation of the check has the same sequence. */
  private static final long FAR_AHEAD = 100;

  private EpochChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "older-end",
            "G5",
            "An end comes with the sequence of a running invalidation and an older epoch.",
            "It changes nothing: a use waits for the real end.",
            EpochChecks::olderEnd),
        Check.of(
            "older-begin",
            "G5",
            "An invalidation of an older epoch comes; nobody will end it.",
            "It changes nothing: its page can be used.",
            EpochChecks::olderBegin),
        Check.of(
            "newer-epoch",
            "G5",
            "An invalidation of a newer epoch comes.",
            "Everything of the space is dropped, then subscribed again.",
            EpochChecks::newerEpoch),
        Check.of(
            "new-incarnation",
            "G5 G10",
            "The stream breaks, and the next session has another incarnation.",
            "Nothing of before is used, and the old id is not subscribed: it means another space"
                + " now.",
            EpochChecks::newIncarnation));
  }

  private static String olderEnd(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    Running change = stage.begin(page(0));
    change.awaitAck();
    ScriptedInvalidation real = change.invalidation;
    stage.send(
        Notices.ended(
            new ScriptedInvalidation(
                stage.space, real.epoch - 1, real.sequence, real.ranges, real.begunNanos)));
    Task reader = stage.use(page(0));
    stage.expectUnused(reader, "the page was used after the end of an older epoch");
    change.end();
    stage.awaitUsed(reader, "the use after the end");
    return "waited for the real end";
  }

  private static String olderBegin(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    stage.send(
        Notices.invalidate(
            new ScriptedInvalidation(
                stage.space,
                stage.space.epoch - 1,
                stage.space.sequence + FAR_AHEAD,
                List.of(page(0)),
                Scene.nowNanos())));
    // What comes behind it on the stream is handled behind it.
    stage.begin(page(7)).pass();
    stage.awaitUsed(stage.use(page(0)), "the use of its page");
    return "changed nothing";
  }

  private static String newerEpoch(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    DeviceLink link = stage.link();
    Running change =
        stage.scene.locked(
            () -> {
              stage.scene.isHoldingUpdates = true;
              stage.space.epoch++;
              stage.space.sequence = 0;
              return stage.begin(page(5));
            });
    stage.await(
        "a new subscription, here or in a new session",
        () -> link.updates.size() > 1 || stage.scene.links.size() > 1);
    DeviceLink next = stage.link();
    stage.await("a new subscription", () -> next.updates.size() > (next == link ? 1 : 0));
    stage.scene.locked(() -> stage.scene.droppedAll("subscribed in a new epoch"));
    stage.expectUnmapped("after it subscribed again", page(0));
    stage.scene.locked(
        () -> {
          stage.scene.isHoldingUpdates = false;
          // It is over by now, and so is not listed.
          change.markEnded();
          next.answerUpdate(next.updates.getLast());
        });
    stage.awaitUsed(stage.use(page(0)), "a use in the new epoch");
    return next == link ? "subscribed again" : "subscribed again in a new session";
  }

  private static String newIncarnation(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    stage.scene.locked(
        () -> {
          stage.scene.incarnation = Conformance.incarnation();
          stage.link().breakOff();
        });
    DeviceLink next = stage.awaitSession(2);
    stage.awaitQuiet(
        "the id of the old incarnation was subscribed",
        () ->
            next.updates.stream()
                .anyMatch(update -> update.getUpdate().getSpaceId() == stage.space.id));
    // The new session has dropped all lists: a use of one breaks a rule of the scene.
    stage.awaitDone(stage.use(stage.space, false, page(0)), "a use of what is mapped");
    return "nothing of before is used";
  }
}
