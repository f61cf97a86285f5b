package io.svmcoord.loadtest.conformance;

import static io.svmcoord.loadtest.conformance.ScriptedSpace.page;
import static io.svmcoord.loadtest.conformance.ScriptedSpace.pages;

import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.InvalidationEvent;
import java.util.ArrayList;
import java.util.List;

/** What a device owes for each invalidation. Stateless. */
final class InvalidationChecks {
  /** An event that this version of the contract does not know. */
  private static final int EVENT_OF_TOMORROW = 99;

  private static final long WIDE_EPOCH = (1L << 40) + 3;
  private static final long WIDE_SEQUENCE = (1L << 33) + 1;

  private InvalidationChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "ack-after-use",
            "G1",
            "A page is invalidated while it is in use.",
            "The ack comes when the use is over, and not before.",
            InvalidationChecks::ackAfterUse),
        Check.of(
            "blockable-never-refused",
            "G1",
            "As before; the device may make it wait.",
            "No refusal.",
            InvalidationChecks::neverRefused),
        Check.of(
            "every-event",
            "G1",
            "Invalidations with each event but MIGRATE, EXCLUSIVE and RELEASE, and with one that"
                + " the contract does not know.",
            "Each is treated as CLEAR.",
            InvalidationChecks::everyEvent),
        Check.of(
            "migration-by-others",
            "G1 R15",
            "Invalidations with MIGRATE and EXCLUSIVE, which others drive.",
            "Each is treated as CLEAR: who owns one is not sent it.",
            InvalidationChecks::migrationByOthers),
        Check.of(
            "every-range",
            "G1",
            "One invalidation of two ranges.",
            "Pages of both are dropped.",
            InvalidationChecks::everyRange),
        Check.of(
            "high-addresses",
            "G1",
            "The last pages of 2^64 bytes are mirrored, and the upper half is invalidated.",
            "Addresses are unsigned and ranges include their last byte: the pages are dropped.",
            InvalidationChecks::highAddresses),
        Check.of(
            "every-event-acked",
            "G6",
            "Two invalidations of the same page run at once.",
            "Each is acked by itself.",
            InvalidationChecks::everyEventAcked),
        Check.of(
            "all-up-to",
            "G6",
            "A page in use is invalidated, then another one that is not mapped.",
            "No ack covers the first until its use is over; an ack of the second alone may.",
            InvalidationChecks::allUpTo),
        Check.of(
            "wide-numbers",
            "G6",
            "Epoch and sequence need more than 32 bits.",
            "The ack carries them as they are.",
            InvalidationChecks::wideNumbers),
        Check.of(
            "release",
            "G1 R16",
            "The space is released while a use waits for the end of an invalidation.",
            "The RELEASE is acked, the use comes to its end, the session goes on.",
            InvalidationChecks::release));
  }

  private static String ackAfterUse(Stage stage) {
    Running change = beginInUse(stage, InvalidationEvent.INVALIDATION_EVENT_EXCLUSIVE);
    stage.settle();
    if (change.invalidation.isRefused) {
      return "refused, which is no ack";
    }
    stage.holdUses(false);
    change.awaitAck();
    change.end();
    return "acked when the use was over";
  }

  private static String neverRefused(Stage stage) {
    Running change = beginInUse(stage, InvalidationEvent.INVALIDATION_EVENT_SOFT_DIRTY);
    stage.awaitQuiet(
        "a blockable invalidation was refused (expected: an ack when the use is over)",
        () -> change.invalidation.isRefused);
    stage.holdUses(false);
    change.awaitAck();
    change.end();
    return "waited and acked";
  }

  private static Running beginInUse(Stage stage, InvalidationEvent event) {
    stage.mirror(pages(0, 8));
    stage.holdUses(true);
    stage.awaitUsed(stage.use(page(0)), "the use");
    return stage.begin(event, page(0));
  }

  private static String everyEvent(Stage stage) {
    List<Integer> events = new ArrayList<>();
    for (InvalidationEvent event :
        List.of(
            InvalidationEvent.INVALIDATION_EVENT_UNMAP,
            InvalidationEvent.INVALIDATION_EVENT_CLEAR,
            InvalidationEvent.INVALIDATION_EVENT_PROTECTION_VMA,
            InvalidationEvent.INVALIDATION_EVENT_PROTECTION_PAGE,
            InvalidationEvent.INVALIDATION_EVENT_SOFT_DIRTY)) {
      events.add(event.getNumber());
    }
    events.add(EVENT_OF_TOMORROW);
    return events(stage, events);
  }

  private static String migrationByOthers(Stage stage) {
    return events(
        stage,
        List.of(
            InvalidationEvent.INVALIDATION_EVENT_MIGRATE.getNumber(),
            InvalidationEvent.INVALIDATION_EVENT_EXCLUSIVE.getNumber()));
  }

  private static String events(Stage stage, List<Integer> events) {
    stage.mirror(pages(0, 8));
    for (int event : events) {
      stage.map(page(0));
      Running change = stage.begin(stage.space, event, false, page(0));
      change.awaitAck();
      stage.expectUnmapped("after the ack of event " + event, page(0));
      change.end();
    }
    return "%d events, each dropped the page".formatted(events.size());
  }

  private static String everyRange(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0), page(4));
    Running change = stage.begin(page(0), page(4));
    change.awaitAck();
    stage.expectUnmapped("after the ack", page(0));
    stage.expectUnmapped("after the ack", page(4));
    change.end();
    return "both dropped";
  }

  private static String highAddresses(Stage stage) {
    AddressRange top = new AddressRange(-8 * ScriptedSpace.PAGE_BYTES, -1);
    AddressRange lastPage = new AddressRange(-ScriptedSpace.PAGE_BYTES, -1);
    stage.mirror(top);
    stage.map(lastPage);
    Running change = stage.begin(new AddressRange(Long.MIN_VALUE, -1));
    change.awaitAck();
    stage.expectUnmapped("after the ack", lastPage);
    change.end();
    stage.map(lastPage);
    return "dropped and faulted in again";
  }

  private static String everyEventAcked(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    Running first = stage.begin(page(0));
    first.awaitAck();
    Running second = stage.begin(page(0));
    second.awaitAck();
    first.end();
    second.end();
    return "two acks";
  }

  private static String allUpTo(Stage stage) {
    Running first = beginInUse(stage, InvalidationEvent.INVALIDATION_EVENT_UNMAP);
    Running second = stage.begin(InvalidationEvent.INVALIDATION_EVENT_MIGRATE, page(5));
    // An ack that covers the first one breaks a rule of the scene.
    stage.settle();
    boolean isSecondAcked = second.invalidation.isAcked;
    stage.holdUses(false);
    first.awaitAck();
    second.awaitAck();
    first.end();
    second.end();
    return isSecondAcked ? "the second was acked by itself" : "acked in order";
  }

  private static String wideNumbers(Stage stage) {
    stage.scene.locked(
        () -> {
          stage.space.epoch = WIDE_EPOCH;
          stage.space.sequence = WIDE_SEQUENCE;
        });
    stage.mirror(pages(0, 8));
    stage.map(page(0));
    stage.begin(page(0)).pass();
    stage.map(page(0));
    return "acked with epoch %d, sequence %d".formatted(WIDE_EPOCH, stage.space.sequence);
  }

  private static String release(Stage stage) {
    stage.mirror(pages(0, 8));
    stage.map(page(0), page(5));
    stage.begin(page(0)).awaitAck();
    Task waiting = stage.use(page(0));
    stage.settle();
    Running release =
        stage.begin(
            stage.space,
            InvalidationEvent.INVALIDATION_EVENT_RELEASE.getNumber(),
            false,
            AddressRange.WHOLE);
    release.awaitAck();
    stage.send(Notices.released(stage.space));
    stage.awaitDone(waiting, "the use that waited");
    Task late = stage.use(stage.space, false, page(5));
    stage.awaitDone(late, "a use after the release");
    if (!late.uses.isEmpty() || stage.link().isOver) {
      throw CheckStopped.failed(
          late.uses.isEmpty()
              ? "the session ended (expected: it goes on)"
              : "a page was used after the release");
    }
    return "the use ended: " + waiting.message;
  }
}
