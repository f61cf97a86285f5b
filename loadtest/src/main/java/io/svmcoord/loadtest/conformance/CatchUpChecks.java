package io.svmcoord.loadtest.conformance;

import static io.svmcoord.loadtest.conformance.ScriptedSpace.page;
import static io.svmcoord.loadtest.conformance.ScriptedSpace.pages;

import io.svmcoord.range.AddressRange;
import java.util.List;

/**
 * The notice that stands for events which waited too long (caught_up). The device gets it in the
 * place of their own notices, so it hears of them by this one alone. Stateless.
 */
final class CatchUpChecks {
  private CatchUpChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "caught-up-ranges",
            "G11",
            "One caught_up says that pages of two ranges changed.",
            "Pages of both are dropped, then it is acked.",
            CatchUpChecks::ranges),
        Check.of(
            "caught-up-running",
            "G11",
            "One caught_up lists a running invalidation.",
            "A use of its page waits for its end.",
            CatchUpChecks::running),
        Check.of(
            "caught-up-ended",
            "G11",
            "An invalidation runs, and one caught_up comes that does not list it.",
            "It has ended: a use that waited for it goes on.",
            CatchUpChecks::ended),
        Check.of(
            "caught-up-resync",
            "G11",
            "One caught_up says resync_required, and no ranges.",
            "Everything of the space is dropped, then it is acked; the session goes on.",
            CatchUpChecks::resync),
        Check.of(
            "caught-up-acks",
            "G6 G11",
            "One caught_up stands for two invalidations, with a later sequence.",
            "It is acked with its own sequence and all_up_to.",
            CatchUpChecks::acks),
        Check.of(
            "caught-up-in-use",
            "G11",
            "One caught_up says that a page changed which is in use.",
            "The ack comes when the use is over, and not before.",
            CatchUpChecks::inUse),
        Check.of(
            "caught-up-during-fetch",
            "G11",
            "One caught_up says that a page changed which is being fetched.",
            "The list is not used.",
            CatchUpChecks::duringFetch));
  }

  private static String ranges(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0), page(4));
    Running unread = stage.beginUnsent(stage.space, page(0), page(4));
    stage.catchUp(page(0), page(4));
    unread.awaitAck();
    stage.expectUnmapped("after the ack", page(0));
    stage.expectUnmapped("after the ack", page(4));
    unread.end();
    return "both dropped";
  }

  private static String running(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    Running unread = stage.beginUnsent(stage.space, page(0));
    stage.catchUp(page(0));
    unread.awaitAck();
    Task task = stage.use(page(0));
    stage.expectUnused(task, "a page was used while its invalidation was listed as running");
    unread.end();
    stage.awaitUsed(task, "the use after the end");
    return "waited for the end";
  }

  private static String ended(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    Running change = stage.begin(page(0));
    change.awaitAck();
    Task task = stage.use(page(0));
    stage.expectUnused(task, "a page was used while it was being invalidated");
    stage.scene.locked(change::markEnded);
    stage.catchUp();
    stage.awaitUsed(task, "the use after the end");
    return "went on";
  }

  private static String resync(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0), page(5));
    Running unread = stage.beginUnsent(stage.space, AddressRange.WHOLE);
    stage.resync();
    unread.awaitAck();
    stage.expectUnmapped("after the ack", page(0));
    stage.expectUnmapped("after the ack", page(5));
    unread.end();
    stage.map(page(5));
    return "all dropped and faulted in again";
  }

  private static String acks(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    Running first = stage.beginUnsent(stage.space, page(0));
    Running second = stage.beginUnsent(stage.space, page(5));
    // One more that the device has nothing to do with: a sequence of its own.
    stage.scene.locked(stage.space::nextSequence);
    stage.catchUp(page(0), page(5));
    first.awaitAck();
    second.awaitAck();
    first.end();
    second.end();
    return "one ack of both";
  }

  private static String inUse(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.holdUses(true);
    stage.awaitUsed(stage.use(page(0)), "the use");
    Running unread = stage.beginUnsent(stage.space, page(0));
    stage.catchUp(page(0));
    // An ack before the end of the use breaks a rule of the scene.
    stage.settle();
    stage.holdUses(false);
    unread.awaitAck();
    unread.end();
    return "acked when the use was over";
  }

  private static String duringFetch(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.holdFaults(page(0));
    Task task = stage.use(page(0));
    stage.awaitFaults(page(0), 1);
    Running unread = stage.beginUnsent(stage.space, page(0));
    stage.catchUp(page(0));
    unread.awaitAck();
    unread.end();
    stage.answerFaults();
    stage.awaitUsed(task, "the use with a second list");
    return "fetched again";
  }
}
