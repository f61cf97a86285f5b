package io.svmcoord.loadtest.sim.mutant;

import static io.svmcoord.loadtest.sim.mutant.Rewrite.body;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.constant;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.nothing;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.redirect;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.skip;

import java.util.List;
import java.util.Set;

/** The rules of the SDK. Stateless. */
final class ClientMutants {
  private static final String C = "client.";
  private static final String BY = C + "ClientStandIns#";
  private static final String HIGHEST = "range.SequenceMap#highest";

  private ClientMutants() {}

  static List<Mutant> mirrors() {
    return List.of(
        mutant(
            "device-reads-during-invalidation",
            "a device's read_begin waits while an invalidation of its pages runs",
            Set.of("G1", "G3"),
            constant(C + "MirrorRules#waitsForEnd", false)),
        mutant(
            "any-end-wakes-device",
            "a device waits for the last of the invalidations of its pages",
            Set.of("G1", "G3"),
            redirect(C + "MirrorState#ended", "java.util.Map#remove", BY + "removeAll")),
        mutant(
            "device-not-woken",
            "the end wakes the readers of a device that waited for it",
            Set.of("G2", "G3"),
            nothing(C + "MirrorState#unblock")),
        mutant(
            "device-waits-for-strangers",
            "a device waits for invalidations of its own pages alone",
            Set.of("G3"),
            body(C + "MirrorRules#waitsForEnd", BY + "isAnythingRunning")),
        mutant(
            "device-retries-for-strangers",
            "a device's token dies with changes of its own pages alone",
            Set.of("G3"),
            redirect(C + "MirrorState#check", HIGHEST, BY + "highestAnywhere")),
        mutant(
            "device-checks-first-range-only",
            "a device's token is checked for each of its ranges",
            Set.of("G1"),
            redirect(C + "MirrorState#check", HIGHEST, BY + "highestOfFirst")),
        mutant(
            "device-asks-a-flag",
            "a device's token is compared with a count, not with whether something runs",
            Set.of("G1"),
            redirect(C + "MirrorState#check", HIGHEST, BY + "highestIfRunning")),
        mutant(
            "read-retry-skipped",
            "pages are installed only if none was invalidated since the token",
            Set.of("G1"),
            body(C + "MirrorRules#readRetry", BY + "alwaysValid")),
        mutant(
            "check-then-map-gap",
            "the check and the install are one critical section",
            Set.of("G1"),
            redirect(
                C + "MirrorCore#installUnlessRetry",
                C + "MirrorCore#readRetry",
                BY + "checkThenLetGo")),
        mutant(
            "check-by-call",
            "the check is made where the pages are installed, not a round trip away",
            Set.of("G1"),
            redirect(
                C + "MirrorCore#installUnlessRetry",
                C + "MirrorCore#readRetry",
                BY + "checkThenTravel")),
        mutant(
            "marked-only-when-mapped",
            "an event marks its ranges also where nothing is mapped yet",
            Set.of("G1"),
            redirect(
                C + "MirrorCore#invalidate",
                C + "MirrorRules#raiseProcessed",
                BY + "raiseIfMapped"),
            redirect(
                C + "MirrorCore#installUnlessRetry",
                C + "DeviceTable#install",
                BY + "installAndRemember")),
        mutant(
            "marked-after-tear-down",
            "an event marks its ranges in the critical section of the teardown",
            Set.of("G1"),
            skip(C + "MirrorCore#invalidate", C + "MirrorRules#raiseProcessed"),
            redirect(
                C + "HandlerRun#invalidate", C + "MirrorCore#invalidate", BY + "raiseAfterwards")),
        mutant(
            "ready-token-not-withdrawn",
            "the ready token is withdrawn before anything changes",
            Set.of("G1"),
            nothing(C + "ReadyToken#withdraw")),
        mutant(
            "listed-runs-ignored",
            "what the answer to a subscription lists keeps readers waiting",
            Set.of("G1", "G3"),
            skip(C + "MirrorState#updated", "java.util.Map#forEach")),
        mutant(
            "removed-pages-stay-mapped",
            "a device drops what it unsubscribes before the coordinator hears of it",
            Set.of("G1"),
            nothing(C + "DeviceSubscriptions#dropRemoved")),
        mutant(
            "removal-not-marked",
            "what is being unsubscribed may not be mapped until the answer",
            Set.of("G1"),
            skip(C + "MirrorCore#suspend", C + "MirrorState#suspend")));
  }

  static List<Mutant> acks() {
    return List.of(
        mutant(
            "ack-before-tear-down",
            "the ack follows the teardown",
            Set.of("G1"),
            body(C + "MirrorRules#tearDownThenAck", BY + "ackThenTearDown")),
        mutant(
            "ack-while-jobs-run",
            "a two-phase device acks when its jobs are done",
            Set.of("G1"),
            nothing(C + "HandlerRun#add")),
        mutant(
            "jobs-of-others-not-waited-for",
            "an ack waits too for jobs that an earlier teardown of the pages left",
            Set.of("G1"),
            redirect(C + "MirrorCore#invalidate", C + "RunningStops#over", BY + "ownStopOnly"),
            redirect(C + "MirrorCore#tearDown", C + "RunningStops#over", BY + "ownStopOnly")
                .times(2)),
        mutant(
            "failed-handler-acks",
            "a handler that failed is not an ack",
            Set.of("G1", "G6"),
            redirect(
                C + "DeviceEvents#tearDown", C + "DeviceEvents#failed", BY + "failedIsAnAck")));
  }

  static List<Mutant> leases() {
    return List.of(
        mutant(
            "lease-without-rate-error",
            "a device takes the clocks' rate error off its lease",
            Set.of("G1", "G4"),
            redirect(
                C + "SessionLease#granted",
                "v1.SessionOpened#getGuardMillis",
                BY + "guardWithoutRateError")),
        mutant(
            "lease-counted-from-the-answer",
            "a lease is counted from the sending of the heartbeat",
            Set.of("G1", "G4", "G9"),
            redirect(
                C + "SessionLease#answered", C + "LeaseClock#answered", BY + "countFromAnswer")),
        mutant(
            "wall-clock-ignored",
            "a lease is over when either clock says so: the monotonic one may have stood still",
            Set.of("G1", "G4", "G9"),
            redirect(C + "LeaseClock#leftNanos", "java.lang.Math#max", BY + "monotonicOnly")),
        mutant(
            "use-after-lease",
            "each access asks the clock for the lease",
            Set.of("G1", "G4"),
            redirect(
                C + "MirrorCore#requireUsable",
                C + "MirrorCore$Lease#leftNanos",
                BY + "leaseRuns")),
        mutant(
            "fence-drops-nothing",
            "a device drops everything when its lease is over",
            Set.of("G1", "G4", "G5"),
            skip(C + "MirrorCore#fence", C + "MirrorCore#dropAll")),
        mutant(
            "reopen-claims-all-dropped",
            "a device that opens a session again has dropped everything",
            Set.of("G1", "G3", "G4", "G5"),
            redirect(C + "SessionLife#fence", C + "SessionRole#drop", BY + "claimDropped")),
        mutant(
            "token-outlives-fence",
            "a token of before the fence is dead",
            Set.of("G1", "G5"),
            redirect(
                C + "MirrorState#check", C + "LocalToken#generation", BY + "presentGeneration"),
            skip(C + "MirrorState#updated", "java.util.Optional#ifPresent")),
        mutant(
            "repeated-begins-not-joined",
            "a begin that is taken back does not end what its repetition holds",
            Set.of("G8", "G9"),
            redirect(C + "JoinedBegins#join", "java.lang.String#isEmpty", BY + "isNotRepeated")),
        mutant(
            "host-names-a-session-it-holds",
            "a host names its former session when it changes nothing under it any more",
            Set.of("G1", "G9"),
            constant(C + "HeldInvalidations#giveUp", true)),
        mutant(
            "host-changes-after-its-lease",
            "an invalidation is held while the host's lease runs",
            Set.of("G1", "G9"),
            redirect(
                C + "InvalidationImpl#isHeld",
                C + "SessionStream#leaseLeftNanos",
                BY + "leaseOfStreamRuns")));
  }

  private static Mutant mutant(
      String name, String rule, Set<String> promises, Rewrite... rewrites) {
    return new Mutant(name, rule, promises, List.of(rewrites));
  }
}
