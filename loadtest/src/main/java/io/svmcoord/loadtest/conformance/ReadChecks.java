package io.svmcoord.loadtest.conformance;

import static io.svmcoord.loadtest.conformance.ScriptedSpace.page;
import static io.svmcoord.loadtest.conformance.ScriptedSpace.pages;

import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.InvalidationEvent;
import java.time.Duration;
import java.util.List;

/** Races between a reader's fault and invalidations of what it faults. Stateless. */
final class ReadChecks {
  private static final int GAP_ROUNDS = 12;
  private static final Duration GAP_STEP = Duration.ofMillis(2);

  private ReadChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "read-during-invalidation",
            "G1 R1",
            "A use of a page begins while the page is being invalidated.",
            "It waits for the end.",
            ReadChecks::readDuring),
        Check.of(
            "nothing-mapped-yet",
            "G1 R2",
            "An invalidation passes while its page is being fetched; nothing is mapped there.",
            "The list is not used: the event counts although there was nothing to drop.",
            ReadChecks::nothingMapped),
        Check.of(
            "check-and-install",
            "G1 R3",
            "Twelve times the list of a page arrives, and 0 to 22 ms later its invalidation.",
            "The list is used before the ack or not at all.",
            ReadChecks::checkAndInstall),
        Check.of(
            "late-mark",
            "G1 R4",
            "The list of a page arrives right behind the ack of its invalidation.",
            "The list is not used.",
            ReadChecks::lateMark),
        Check.of(
            "two-overlapping",
            "G1 R5",
            "Two invalidations of a page run; the first ends, later the second; then the other way"
                + " round.",
            "A use waits for both.",
            ReadChecks::twoOverlapping),
        Check.of(
            "passed-between",
            "G1 R8",
            "A whole invalidation passes while its page is being fetched, and the page beside it is"
                + " mapped.",
            "The list is not used.",
            ReadChecks::passedBetween),
        Check.of(
            "there-and-back",
            "G1 R9",
            "One invalidation passes and a second one begins while the page is being fetched.",
            "The list is not used: two changes of a state don't make it the old one.",
            ReadChecks::thereAndBack),
        Check.of(
            "two-readers",
            "G1 R10",
            "Two uses of one page fetch it, and one invalidation comes.",
            "Neither uses its list.",
            ReadChecks::twoReaders),
        Check.of(
            "stranger-runs",
            "G3 R17",
            "An invalidation of another page runs.",
            "A use does not wait for it.",
            ReadChecks::strangerRuns),
        Check.of(
            "stranger-during-fetch",
            "G3",
            "An invalidation of another page passes while a page is being fetched.",
            "The list is used: no second fetch.",
            ReadChecks::strangerDuringFetch),
        Check.of(
            "several-ranges",
            "G1 R18",
            "Pages of two ranges are used as one unit. The first is invalidated while the second is"
                + " being fetched.",
            "The first is faulted in again before both are used.",
            ReadChecks::severalRanges),
        Check.of(
            "forced-end",
            "G9",
            "An invalidation is ended by force while a page of it is being fetched, and another use"
                + " waits.",
            "Both go on after the end, with a list from after it.",
            ReadChecks::forcedEnd));
  }

  private static String readDuring(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    Running change = stage.begin(InvalidationEvent.INVALIDATION_EVENT_PROTECTION_VMA, page(0));
    change.awaitAck();
    Task reader = stage.use(page(0));
    stage.expectUnused(reader, "the page was used during the invalidation");
    change.end();
    stage.awaitUsed(reader, "the use after the end");
    return "waited for the end";
  }

  private static String nothingMapped(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.holdFaults(page(0));
    Task reader = stage.use(page(0));
    stage.awaitFaults(page(0), 1);
    stage.begin(pages(0, 2)).pass();
    stage.settle();
    stage.answerFaults();
    stage.awaitUsed(reader, "the use of a fresh list");
    return "faulted in %d times".formatted(stage.space.faults(page(0).first()));
  }

  private static String checkAndInstall(Stage stage) {
    stage.mirror(pages(0, 2L * GAP_ROUNDS));
    int before = 0;
    for (int round = 0; round < GAP_ROUNDS; round++) {
      AddressRange wanted = page(2L * round);
      stage.map(page(2L * round + 1));
      stage.holdFaults(wanted);
      Task reader = stage.use(wanted);
      stage.awaitFaults(wanted, 1);
      stage.answerFaults();
      stage.pause(GAP_STEP.multipliedBy(round));
      Running change = stage.begin(pages(2L * round, 2));
      change.awaitAck();
      before += reader.uses.isEmpty() ? 0 : 1;
      // From here on each use of the page breaks a rule of the scene.
      stage.settle();
      change.end();
      stage.awaitUsed(reader, "the use after the end");
    }
    return "%d of %d used before the ack, none between ack and end".formatted(before, GAP_ROUNDS);
  }

  private static String lateMark(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(1));
    stage.holdFaults(page(0));
    Task reader = stage.use(page(0));
    stage.awaitFaults(page(0), 1);
    Running change = stage.begin(InvalidationEvent.INVALIDATION_EVENT_PROTECTION_PAGE, pages(0, 2));
    change.awaitAck();
    stage.answerFaults();
    stage.expectUnused(reader, "the page was used during the invalidation");
    change.end();
    stage.awaitUsed(reader, "the use after the end");
    return "started over";
  }

  private static String twoOverlapping(Stage stage) {
    stage.mirror(pages(0, 8));
    for (boolean isFirstFirst : List.of(true, false)) {
      stage.map(pages(0, 3));
      Running first = stage.begin(pages(0, 2));
      Running second = stage.begin(pages(1, 2));
      first.awaitAck();
      second.awaitAck();
      Task reader = stage.use(page(1));
      stage.settle();
      (isFirstFirst ? first : second).end();
      stage.expectUnused(reader, "the page was used when one of two invalidations had ended");
      (isFirstFirst ? second : first).end();
      stage.awaitUsed(reader, "the use after both ends");
    }
    return "waited for both, in either order";
  }

  private static String passedBetween(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(1));
    stage.holdFaults(page(0));
    Task reader = stage.use(page(0));
    stage.awaitFaults(page(0), 1);
    Running change = stage.begin(InvalidationEvent.INVALIDATION_EVENT_CLEAR, pages(0, 2));
    change.pass();
    stage.settle();
    stage.answerFaults();
    stage.awaitUsed(reader, "the use of a fresh list");
    return "faulted in %d times".formatted(stage.space.faults(page(0).first()));
  }

  private static String thereAndBack(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(1));
    stage.holdFaults(page(0));
    Task reader = stage.use(page(0));
    stage.awaitFaults(page(0), 1);
    stage.begin(pages(0, 2)).pass();
    stage.map(page(1));
    Running second = stage.begin(pages(0, 2));
    second.awaitAck();
    stage.settle();
    stage.answerFaults();
    stage.expectUnused(reader, "the page was used during the second invalidation");
    second.end();
    stage.awaitUsed(reader, "the use after the second end");
    return "started over";
  }

  private static String twoReaders(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(1));
    stage.holdFaults(page(0));
    Task one = stage.use(page(0));
    Task other = stage.use(page(0));
    stage.awaitFaults(page(0), 1);
    stage.settle();
    Running change = stage.begin(pages(0, 2));
    change.awaitAck();
    stage.answerFaults();
    stage.expectUnused(one, "the page was used during the invalidation");
    stage.expectUnused(other, "the page was used during the invalidation");
    change.end();
    stage.awaitUsed(one, "the first use after the end");
    stage.awaitUsed(other, "the second use after the end");
    return "both started over";
  }

  private static String strangerRuns(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(1));
    Running stranger = stage.begin(page(1));
    stranger.awaitAck();
    Task reader = stage.use(page(0));
    stage.awaitUsed(reader, "the use of another page");
    stranger.end();
    return "did not wait";
  }

  private static String strangerDuringFetch(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(1));
    stage.holdFaults(page(0));
    Task reader = stage.use(page(0));
    stage.awaitFaults(page(0), 1);
    stage.begin(page(1)).pass();
    stage.settle();
    stage.answerFaults();
    stage.awaitUsed(reader, "the use of the list");
    int faults = stage.space.faults(page(0).first());
    if (faults != 1) {
      throw CheckStopped.failed("the page was fetched %d times (expected: 1)".formatted(faults));
    }
    return "one fetch";
  }

  private static String severalRanges(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.holdFaults(page(4));
    Task reader = stage.use(page(0), page(4));
    stage.awaitFaults(page(4), 1);
    stage.settle();
    stage.begin(page(0)).pass();
    stage.settle();
    stage.answerFaults();
    stage.awaitUsed(reader, "the use of both pages");
    return "first page faulted in %d times".formatted(stage.space.faults(page(0).first()));
  }

  private static String forcedEnd(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(1));
    stage.holdFaults(page(0));
    Task fetching = stage.use(page(0));
    stage.awaitFaults(page(0), 1);
    Running change = stage.begin(pages(0, 2));
    change.awaitAck();
    Task waiting = stage.use(page(1));
    stage.settle();
    change.endByForce();
    stage.awaitUsed(waiting, "the use that waited for the end");
    stage.answerFaults();
    stage.awaitUsed(fetching, "the use of a fresh list");
    return "started over";
  }
}
