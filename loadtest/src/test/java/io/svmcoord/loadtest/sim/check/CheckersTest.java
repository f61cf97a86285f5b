package io.svmcoord.loadtest.sim.check;

import static io.svmcoord.loadtest.sim.check.History.DEVICE;
import static io.svmcoord.loadtest.sim.check.History.EPOCH;
import static io.svmcoord.loadtest.sim.check.History.HOST;
import static io.svmcoord.loadtest.sim.check.History.INCARNATION;
import static io.svmcoord.loadtest.sim.check.History.MILLI;
import static io.svmcoord.loadtest.sim.check.History.NAME;
import static io.svmcoord.loadtest.sim.check.History.OTHER;
import static io.svmcoord.loadtest.sim.check.History.PAGES;
import static io.svmcoord.loadtest.sim.check.History.SPACE;
import static io.svmcoord.loadtest.sim.check.History.STRANGERS;
import static io.svmcoord.loadtest.sim.check.History.key;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each promise: a history that keeps it, and histories that break it. */
class CheckersTest {
  private final History history = new History();

  private void assertKept() {
    assertThat(history.broken()).isEmpty();
  }

  private void assertBroken(Promise promise) {
    assertThat(history.broken()).containsExactly(promise);
  }

  /** A page that a device uses at this moment. */
  private Fact.PageUsed use(long version, long actualVersion) {
    return new Fact.PageUsed(history.now(), NAME, SPACE, 2, version, actualVersion);
  }

  private Fact.PagesChanged change(long sequence) {
    return new Fact.PagesChanged(history.now(), SPACE, PAGES, 5, key(sequence));
  }

  @Test
  void invalidation_asItShouldBe_keepsEverything() {
    history.held(1).after(3).tell(change(1)).endAsked(1).ended(1).after(1).tell(use(5, 5));
    history.tell(new Fact.EndAnswered(history.now(), key(1), false));
    history.token(1, PAGES, 5).checked(1, PAGES, Fact.Retry.VALID);
    history.after(2_000).tell(new Fact.LeaveReceived(history.now(), DEVICE));
    history.tell(new Fact.AtRest(history.now(), 0, 0));

    assertKept();
  }

  // G1

  @Test
  void g1_pageUsedThatWasChanged_isStale() {
    history.tell(use(4, 5));

    assertBroken(Promise.G1);
  }

  @Test
  void g1_throughWithoutAnAck_isUnsafe() {
    history.begin(1).sent(1).through(1);

    assertBroken(Promise.G1);
  }

  @Test
  void g1_throughAfterTheLease_isSafe() {
    history.begin(1).sent(1).after(110).tell(new Fact.SessionEvicted(history.now(), DEVICE, true));
    history.after(300).leaseOver(DEVICE).through(1);

    assertKept();
  }

  @Test
  void g1_throughAfterUnsubscribing_isSafe() {
    history.begin(1).sent(1);
    history.tell(new Fact.UpdateReceived(history.now(), DEVICE, 9, SPACE, List.of(1L), Map.of()));
    history.through(1);

    assertKept();
  }

  @Test
  void g1_throughAfterUnsubscribingAndSubscribingAgain_isSafe() {
    history.begin(1).sent(1);
    history.tell(new Fact.UpdateReceived(history.now(), DEVICE, 9, SPACE, List.of(1L), Map.of()));
    history.tell(new Fact.UpdateAnswered(history.now(), DEVICE, 9, EPOCH, 1, List.of()));
    history.subscribe(DEVICE, 1, PAGES, History.key(1)).through(1);

    assertKept();
  }

  @Test
  void g1_subscribedUnderARunningOneThatIsNotListed_isUnsafe() {
    history.held(1).subscribe(OTHER, 1, PAGES);

    assertBroken(Promise.G1);
  }

  @Test
  void g1_subscribedUnderARunningOneThatIsListed_isSafe() {
    history.held(1).subscribe(OTHER, 1, PAGES, key(1));

    assertKept();
  }

  @Test
  void g1_tokenWhileOneRuns_isUnsafe() {
    history.held(1).token(1, PAGES, 1);

    assertBroken(Promise.G1);
  }

  @Test
  void g1_validAfterABegin_isUnsafe() {
    history.token(0, PAGES, 0).held(1).endAsked(1).ended(1).after(1);
    history.checked(0, PAGES, Fact.Retry.VALID);

    assertBroken(Promise.G1);
  }

  // G2

  @Test
  void g2_throughAfterItsBound_isLate() {
    history.begin(1).sent(1).after(440).acked(1).through(1);

    assertBroken(Promise.G2);
  }

  @Test
  void g2_throughLateAfterAPauseOfTheCoordinator_isInTime() {
    history.begin(1).sent(1).tell(new Fact.CoordinatorPaused(history.now(), 100 * MILLI));
    history.after(500).acked(1).through(1);

    assertKept();
  }

  @Test
  void g2_pendingAtRest_isLeftOver() {
    history.begin(1).sent(1).tell(new Fact.AtRest(history.now(), 0, 0));

    assertBroken(Promise.G2);
  }

  @Test
  void g2_readerWaitingAtRest_isLeftOver() {
    history.tell(new Fact.AtRest(history.now(), 0, 1));

    assertBroken(Promise.G2);
  }

  // G3

  @Test
  void g3_mapperWaitsForItsPages_isRight() {
    history.held(1).after(50).endAsked(1).ended(1).token(1, PAGES, 1);

    assertKept();
  }

  @Test
  void g3_mapperGivesUpWaitingForStrangers_isAFalseWait() {
    history.begin(1, STRANGERS).after(100);
    history.tell(new Fact.TokenNotGiven(history.now(), 0, SPACE, PAGES));

    assertBroken(Promise.G3);
  }

  @Test
  void g3_mapperWaitsForStrangers_isAFalseWait() {
    history.begin(1, STRANGERS).through(1).after(50).endAsked(1);
    history.tell(new Fact.Ended(history.now(), key(1), false, 0)).token(1, PAGES, 1);

    assertBroken(Promise.G3);
  }

  @Test
  void g3_mapperRetriesForStrangers_isAFalseRetry() {
    history.begin(1, STRANGERS).through(1).checked(0, PAGES, Fact.Retry.INVALIDATED);

    assertBroken(Promise.G3);
  }

  private History delivered(long sequence, long pages) {
    return history.tell(new Fact.BeginDelivered(history.now(), NAME, key(sequence), pages, false));
  }

  private History waitedSince(long fromMillis) {
    return history.tell(
        new Fact.ReaderWaited(history.now(), fromMillis * MILLI, NAME, SPACE, PAGES));
  }

  @Test
  void g3_deviceWaitsForItsPages_isRight() {
    delivered(1, PAGES).after(50).tell(new Fact.EndDelivered(history.now(), NAME, key(1), false));
    history.after(2);
    waitedSince(1);

    assertKept();
  }

  @Test
  void g3_deviceWaitsForStrangers_isAFalseWait() {
    delivered(1, STRANGERS).after(50);
    waitedSince(1);

    assertBroken(Promise.G3);
  }

  @Test
  void g3_deviceWaitsForAHandler_isRight() {
    history.tell(new Fact.BusyBegan(history.now(), NAME, false)).after(50);
    history.tell(new Fact.BusyEnded(history.now(), NAME, false)).after(1);
    waitedSince(1);

    assertKept();
  }

  @Test
  void g3_deviceIsNotWokenByTheEnd_isAFalseWait() {
    delivered(1, PAGES).after(50).tell(new Fact.EndDelivered(history.now(), NAME, key(1), false));
    history.after(50);
    waitedSince(1);

    assertBroken(Promise.G3);
  }

  private History checkedOnDevice(long tokenMillis) {
    return history.tell(
        new Fact.ReaderChecked(
            history.now(), tokenMillis * MILLI, NAME, SPACE, PAGES, Fact.Retry.INVALIDATED));
  }

  @Test
  void g3_deviceRetriesForItsPages_isRight() {
    history.after(20);
    delivered(1, PAGES).after(1);
    checkedOnDevice(10);

    assertKept();
  }

  @Test
  void g3_deviceRetriesForStrangersOrForNothing_isAFalseRetry() {
    delivered(1, PAGES).after(30);
    delivered(2, STRANGERS).after(1);
    checkedOnDevice(20);

    assertBroken(Promise.G3);
  }

  // G4

  @Test
  void g4_leaseCountsAsOverAndTheDeviceHasSomeLeft_isTooEarly() {
    history.tell(new Fact.LeaseOver(history.now(), DEVICE, MILLI));

    assertBroken(Promise.G4);
  }

  // G5

  @Test
  void g5_tokenOfAnotherIncarnation_isToldApart() {
    history.tell(token(INCARNATION + 1, EPOCH, Fact.Retry.NEW_INCARNATION));

    assertKept();
  }

  @Test
  void g5_tokenOfAnotherEpochThatIsValid_isBroken() {
    history.tell(token(INCARNATION, EPOCH + 1, Fact.Retry.VALID));

    assertBroken(Promise.G5);
  }

  private Fact.TokenChecked token(long incarnation, long epoch, Fact.Retry result) {
    return new Fact.TokenChecked(
        history.now(), history.now(), SPACE, incarnation, epoch, 0, PAGES, result);
  }

  @Test
  void g5_sameEpochAgain_isBroken() {
    history.tell(new Fact.CoordinatorCrashed(history.now()));
    history.tell(new Fact.CoordinatorStarted(history.now(), INCARNATION, EPOCH));

    assertBroken(Promise.G5);
  }

  @Test
  void g5_mappingOfAFormerSession_isBroken() {
    history.tell(new Fact.MappingSurvived(history.now(), NAME, 1, DEVICE, OTHER));

    assertBroken(Promise.G5);
  }

  // G6

  @Test
  void g6_ackThatWasNotSent_isForeign() {
    history.begin(1).sent(1).tell(new Fact.AckCounted(history.now(), DEVICE, key(1)));

    assertBroken(Promise.G6);
  }

  @Test
  void g6_ackCountsTwice_isBroken() {
    history.begin(1).sent(1).acked(1).acked(1);

    assertBroken(Promise.G6);
  }

  @Test
  void g6_ackOfOneWhoIsPutOut_isLate() {
    history.begin(1).sent(1).after(110).tell(new Fact.SessionEvicted(history.now(), DEVICE, true));
    history.acked(1);

    assertBroken(Promise.G6);
  }

  @Test
  void g6_evictedForAnAckThatItDoesNotOwe_isBroken() {
    history.held(1).after(110).tell(new Fact.SessionEvicted(history.now(), DEVICE, true));

    assertBroken(Promise.G6);
  }

  @Test
  void g6_leaseOfOneWhoIsPutOutIsRenewed_isBroken() {
    history.tell(new Fact.SessionEvicted(history.now(), DEVICE, false)).after(400);
    history.leaseOver(DEVICE);

    assertBroken(Promise.G6);
  }

  // G7

  @Test
  void g7_beginsOutOfOrder_isBroken() {
    history.begin(1, STRANGERS).begin(2).begin(3).sent(3).sent(2);

    assertBroken(Promise.G7);
  }

  @Test
  void g7_beginLeftOut_isAGap() {
    history.begin(1).begin(2).sent(2);

    assertBroken(Promise.G7);
  }

  @Test
  void g7_beginLeftOutBeforeAnAnswer_isAGap() {
    history.begin(1).subscribe(DEVICE, 1, STRANGERS).begin(2).sent(2);

    assertThat(history.broken()).contains(Promise.G7);
  }

  @Test
  void g7_beginOfStrangers_isNotFiltered() {
    history.begin(1, STRANGERS);
    history.tell(new Fact.InvalidateSent(history.now(), DEVICE, key(1), STRANGERS));

    assertBroken(Promise.G7);
  }

  @Test
  void g7_ownersOwnBegin_isNotFiltered() {
    history.tell(new Fact.Begun(history.now(), key(1), PAGES, false, false, HOST, DEVICE));
    history.sent(1);

    assertBroken(Promise.G7);
  }

  @Test
  void g7_endTwice_isBroken() {
    history.held(1).endAsked(1).ended(1);
    history.tell(new Fact.EndSent(history.now(), DEVICE, key(1), false, 0));

    assertBroken(Promise.G7);
  }

  @Test
  void g7_endOfWhatRuns_isBroken() {
    history.held(1).tell(new Fact.EndSent(history.now(), DEVICE, key(1), false, 0));

    assertBroken(Promise.G7);
  }

  @Test
  void g7_endNeverSent_isBroken() {
    history.held(1).endAsked(1).tell(new Fact.Ended(history.now(), key(1), false, 0));
    history.after(2_000).tell(new Fact.LeaveReceived(history.now(), DEVICE));

    assertBroken(Promise.G7);
  }

  // G8

  @Test
  void g8_sameRequestTwiceTheSame_isKept() {
    history.held(1);
    history.tell(new Fact.BeginAnswered(history.now(), key(1), "r"));
    history.tell(new Fact.BeginAnswered(history.now(), key(1), "r"));

    assertKept();
  }

  @Test
  void g8_sameRequestTwiceBegun_isBroken() {
    history.held(1).held(2);
    history.tell(new Fact.BeginAnswered(history.now(), key(1), "r"));
    history.tell(new Fact.BeginAnswered(history.now(), key(2), "r"));

    assertBroken(Promise.G8);
  }

  @Test
  void g8_endFails_isBroken() {
    history.held(1).tell(new Fact.EndFailed(history.now(), key(1), "NOT_FOUND"));

    assertBroken(Promise.G8);
  }

  @Test
  void g8_repeatedEndAnsweredOtherwise_isBroken() {
    history.held(1).endAsked(1);
    history.tell(new Fact.EndAnswered(history.now(), key(1), true));
    history.tell(new Fact.EndAnswered(history.now(), key(1), false));

    assertBroken(Promise.G8);
  }

  // G9

  private History endedByForce(long sequence) {
    return history.tell(new Fact.Ended(history.now(), key(1), true, sequence));
  }

  @Test
  void g9_endedByForceAfterTheLease_isKept() {
    history.held(1).after(330).leaseOver(HOST);
    endedByForce(2).tell(new Fact.EndSent(history.now(), DEVICE, key(1), true, 2));
    history.tell(new Fact.EndAnswered(history.now(), key(1), true));

    assertKept();
  }

  @Test
  void g9_endedByForceBeforeTheLeaseIsOver_isBroken() {
    history.held(1);
    endedByForce(2);

    assertBroken(Promise.G9);
  }

  @Test
  void g9_endedByForceWithoutANewSequence_isBroken() {
    history.held(1).after(330).leaseOver(HOST);
    endedByForce(1);

    assertBroken(Promise.G9);
  }

  @Test
  void g9_endedAndNobodyAsked_isBroken() {
    history.held(1).ended(1);

    assertBroken(Promise.G9);
  }

  @Test
  void g9_forcedEndToldAsAnother_isBroken() {
    history.held(1).after(330).leaseOver(HOST);
    endedByForce(2).tell(new Fact.EndSent(history.now(), DEVICE, key(1), false, 0));

    assertBroken(Promise.G9);
  }

  @Test
  void g9_lateEndNotTold_isBroken() {
    history.held(1).after(330).leaseOver(HOST);
    endedByForce(2).tell(new Fact.EndAnswered(history.now(), key(1), false));

    assertBroken(Promise.G9);
  }

  @Test
  void g9_pagesChangedAfterTheEnd_isBroken() {
    history.held(1).endAsked(1).ended(1).tell(change(1));

    assertBroken(Promise.G9);
  }

  @Test
  void g9_hostStillHoldsAfterAForcedEnd_isBroken() {
    history.tell(new Fact.HeldAfterForcedEnd(history.now(), key(1)));

    assertBroken(Promise.G9);
  }

  @Test
  void g11_asManyEventsWaitedAsMay_isKept() {
    history.tell(new Fact.EventsWaited(history.now(), 5, 5));

    assertKept();
  }

  @Test
  void g11_moreEventsWaitedThanMay_isBroken() {
    history.tell(new Fact.EventsWaited(history.now(), 6, 5));

    assertBroken(Promise.G11);
  }

  @Test
  void g11_memberSentWhatItHadCreditFor_isKept() {
    history.tell(new Fact.MemberTold(history.now(), 1, 3, 3));

    assertKept();
  }

  @Test
  void g11_memberSentMoreThanItHadCreditFor_isBroken() {
    history.tell(new Fact.MemberTold(history.now(), 1, 4, 3));

    assertBroken(Promise.G11);
  }

  @Test
  void g9_hostsLeaseCountsAsOverAndItHasSomeLeft_isBroken() {
    history.tell(new Fact.LeaseOver(history.now(), HOST, MILLI));

    assertBroken(Promise.G9);
  }
}
