package io.svmcoord.loadtest.sim.mutant;

import static io.svmcoord.loadtest.sim.mutant.Rewrite.body;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.constant;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.nothing;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.redirect;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.result;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.skip;

import java.util.List;
import java.util.Set;

/** The rules of the coordinator. Stateless. */
final class KernelMutants {
  private static final String K = "server.kernel.";
  private static final String BY = K + "KernelStandIns#";
  private static final String ANY_OVERLAPPING = K + "RunningInvalidations#anyOverlapping";
  private static final String HIGHEST = "range.SequenceMap#highest";
  private static final String LEASE_END = K + "Session#leaseEndNanos";

  private KernelMutants() {}

  static List<Mutant> readers() {
    return List.of(
        mutant(
            "mapper-reads-during-invalidation",
            "a mapper's read_begin waits while an invalidation of its pages runs",
            Set.of("G1", "G3"),
            skip(K + "Readers#begin", ANY_OVERLAPPING)),
        mutant(
            "token-while-acks-are-owed",
            "to a mapper an invalidation runs from its begin, not from its last ack",
            Set.of("G1", "G3"),
            redirect(K + "Readers#begin", ANY_OVERLAPPING, BY + "heldOverlapping")),
        mutant(
            "any-end-wakes-mapper",
            "a mapper waits for the last of the invalidations of its pages",
            Set.of("G1", "G3"),
            skip(K + "Readers#invalidationOver", ANY_OVERLAPPING)),
        mutant(
            "mapper-not-woken",
            "the end wakes the mappers that waited for it",
            Set.of("G2", "G3"),
            nothing(K + "Readers#invalidationOver")),
        mutant(
            "mapper-waits-for-strangers",
            "a mapper waits for invalidations of its own pages alone",
            Set.of("G3"),
            redirect(K + "Readers#begin", ANY_OVERLAPPING, BY + "anything"),
            redirect(K + "Readers#invalidationOver", ANY_OVERLAPPING, BY + "anything")),
        mutant(
            "mapper-retries-for-strangers",
            "a mapper's token dies with changes of its own pages alone",
            Set.of("G3"),
            redirect(K + "Readers#retry", HIGHEST, BY + "latestAnywhere")),
        mutant(
            "mapper-checks-first-range-only",
            "a mapper's token is checked for each of its ranges",
            Set.of("G1"),
            redirect(K + "Readers#retry", HIGHEST, BY + "highestOfFirst")),
        mutant(
            "mapper-asks-a-flag",
            "a mapper's token is compared with a sequence, not with whether something runs",
            Set.of("G1"),
            redirect(K + "Readers#retry", HIGHEST, BY + "highestIfRunning")),
        mutant(
            "begin-raises-no-sequence",
            "a begin raises the sequence of its ranges",
            Set.of("G1"),
            skip(K + "Invalidations#launch", "range.SequenceMap#raise")),
        mutant(
            "begin-raises-only-if-subscribed",
            "a begin raises the sequence of its ranges also where nobody subscribes",
            Set.of("G1"),
            skip(K + "Invalidations#launch", "range.SequenceMap#raise"),
            redirect(
                K + "Invalidations#launch", K + "RunningInvalidations#add", BY + "raiseIfTold")),
        mutant(
            "older-sequences-stay",
            "a begin's sequence overwrites all older ones within its range",
            Set.of("G1"),
            nothing("range.SequenceMap#removeStepsBetween")),
        mutant(
            "merged-sequences-go-down",
            "where the map of sequences is full, neighbours become one of the higher sequence",
            Set.of("G1"),
            constant(K + "KernelLimits#sequenceSegmentsMax", 4),
            redirect(
                "range.SequenceMap#mergeOnePair",
                "range.SequenceMap#higherOfPair",
                "range.RangeStandIns#lowerOfPair")));
  }

  static List<Mutant> fanOut() {
    return List.of(
        mutant(
            "begin-answered-before-acks",
            "a begin is answered after the last ack",
            Set.of("G1"),
            skip(K + "Invalidations#launch", K + "Invalidations#owe"),
            redirect(
                K + "Invalidations#launch", K + "RunningInvalidations#add", BY + "addAndTell")),
        mutant(
            "one-session-left-out",
            "a begin reaches every session that subscribes its ranges",
            Set.of("G1", "G7"),
            redirect(
                K + "Invalidations#launch", K + "Subscriptions#takeCaptured", BY + "allButLast")),
        mutant(
            "only-first-range-told",
            "a begin reaches the subscribers of each of its ranges",
            Set.of("G1", "G7"),
            redirect(K + "Subscriptions#capture", "range.AddressRanges#size", BY + "one")),
        mutant(
            "only-first-page-told",
            "a begin reaches the subscribers of a range up to its last page",
            Set.of("G1", "G7"),
            redirect(
                K + "Subscriptions#capture",
                "range.IntervalTree#forEachOverlap",
                BY + "overlapsOfFirstAddress")),
        mutant(
            "begin-told-twice",
            "a begin is told once",
            Set.of("G7"),
            redirect(K + "Notices#fanOut", K + "DeviceOutlet#invalidate", BY + "invalidateTwice")),
        mutant(
            "end-told-twice",
            "an end is told once",
            Set.of("G7"),
            redirect(K + "Notices#tellEnd", K + "DeviceOutlet#ended", BY + "endedTwice")),
        mutant(
            "end-not-told",
            "whoever was told of a begin is told of its end",
            Set.of("G3", "G7"),
            skip(K + "Notices#tellEnd", K + "DeviceOutlet#ended")),
        mutant(
            "whole-space-gets-no-ends",
            "an end reaches those too who subscribe the whole space",
            Set.of("G3", "G7"),
            redirect(K + "Notices#tellEnd", K + "Notices#tellEnd", BY + "tellEndUnlessWhole")
                .times(2)),
        mutant(
            "notices-leave-in-reverse",
            "what waits for a stream leaves in its order",
            Set.of("G1", "G3", "G7"),
            redirect(
                "server.service.StreamOutbox#write",
                "server.service.StreamOutbox#sendFrom",
                "server.service.ServiceStandIns#sendReversed")),
        mutant(
            "owner-told-its-own-event",
            "the session that drives a migration is not told of it",
            Set.of("G7"),
            redirect(
                K + "Invalidations#start", K + "Subscriptions#capture", BY + "captureWithOwner")),
        mutant(
            "owner-spared-for-any-event",
            "an owner is spared for MIGRATE and EXCLUSIVE alone",
            Set.of("G1", "G7"),
            constant(K + "Admission#wrongEvent", null)),
        mutant(
            "release-tells-nobody",
            "the release of a space is an invalidation of all of it",
            Set.of("G1", "G7"),
            skip(K + "Invalidations#beginRelease", K + "Subscriptions#capture")),
        mutant(
            "release-leaves-mappers-waiting",
            "the release of a space answers the mappers that wait",
            Set.of("G2", "G3"),
            skip(K + "Releases#release", K + "Readers#refuseAll")));
  }

  static List<Mutant> subscriptions() {
    return List.of(
        mutant(
            "subscriber-not-told-what-runs",
            "the answer to a subscription lists what runs over it",
            Set.of("G1", "G7"),
            body(K + "SubscriptionUpdates#running", BY + "nothingRuns")),
        mutant(
            "late-subscriber-not-told-the-end",
            "whoever subscribed while it ran is told of the end",
            Set.of("G3", "G7"),
            skip(K + "SubscriptionUpdates#running", K + "RunningInvalidation#addLateSubscriber")),
        mutant(
            "unsubscribe-forgives-everything",
            "an unsubscription settles only what no other subscription of the session overlaps",
            Set.of("G1", "G6"),
            skip(K + "Acks#forgiveUncovered", K + "Subscriptions#overlaps")),
        mutant(
            "unsubscribed-still-told",
            "after an unsubscription no event of it follows",
            Set.of("G7"),
            skip(K + "SubscriptionUpdates#apply", K + "Subscriptions#remove")));
  }

  static List<Mutant> acks() {
    return List.of(
        mutant(
            "one-ack-counts-for-all",
            "a session's ack settles what that session owes",
            Set.of("G1", "G6"),
            redirect(K + "Acks#acked", K + "Invalidations#answered", BY + "answeredForAll")),
        mutant(
            "ack-counts-for-older-ones",
            "a selective ack settles one invalidation",
            Set.of("G1", "G6"),
            redirect(K + "Coordinator#ack", K + "Acks#ack", BY + "ackUpTo")),
        mutant(
            "late-ack-of-evicted-counts",
            "an evicted session is closed and its late acks change nothing",
            Set.of("G6"),
            constant(K + "Acks#ignored", null),
            skip(K + "Sessions#evict", K + "Session#closeOutlet")),
        mutant(
            "evicted-session-renewed",
            "an evicted session is closed and not renewed",
            Set.of("G2", "G6"),
            skip(K + "Lifecycle#heartbeat", K + "Session#isPutOut"),
            redirect(K + "Lifecycle#heartbeat", K + "Session#isActive", BY + "active"),
            skip(K + "Sessions#evict", K + "Session#closeOutlet")),
        mutant(
            "ack-deadline-ignored",
            "a session past its ack deadline is evicted",
            Set.of("G2"),
            constant(K + "Session#ackTimeLeftNanos", Long.MAX_VALUE)),
        mutant(
            "dead-device-waited-for-ever",
            "a session that is over owes no acks",
            Set.of("G2"),
            skip(K + "Lifecycle#end", K + "Acks#forgive")),
        mutant(
            "non-blockable-bound-ignored",
            "a non-blockable begin fails when its bound is over",
            Set.of("G2"),
            skip(K + "Invalidations#launch", K + "Deadlines#arm")),
        mutant(
            "would-block-not-undone",
            "a non-blockable begin that was refused is undone",
            Set.of("G2", "G3", "G7"),
            redirect(K + "Invalidations#wouldBlock", K + "Invalidations#undo", BY + "refuseOnly")));
  }

  static List<Mutant> leases() {
    return List.of(
        mutant(
            "heartbeat-renews-nothing",
            "an answered heartbeat renews the lease",
            Set.of("G4", "G9"),
            skip(K + "Lifecycle#heartbeat", K + "Session#renew")),
        mutant(
            "expiry-without-guard",
            "the coordinator adds a guard to each lease, the client takes one off",
            Set.of("G1", "G4", "G9"),
            result(LEASE_END, BY + "withoutGuard"),
            skip("client.SessionLease#granted", "v1.SessionOpened#getGuardMillis")),
        mutant(
            "expiry-without-rate-error",
            "the coordinator adds the clocks' rate error to each lease",
            Set.of("G1", "G4", "G9"),
            result(LEASE_END, BY + "withoutRateError")),
        mutant(
            "evicted-device-not-waited-for",
            "the lease of an evicted device is waited for",
            Set.of("G1", "G4"),
            result(LEASE_END, BY + "evictedIsOver")),
        mutant(
            "broken-stream-frees-device",
            "the lease of a device whose stream broke is waited for",
            Set.of("G1", "G4"),
            body(K + "Coordinator#streamBroken", BY + "deviceLeft")),
        mutant(
            "broken-stream-ends-for-host",
            "what a host holds stays held when its stream breaks",
            Set.of("G1", "G9"),
            body(K + "Coordinator#streamBroken", BY + "hostLeft")),
        mutant(
            "forced-end-before-lease",
            "an end is not forced before the host's lease is over",
            Set.of("G4", "G9"),
            result(LEASE_END, BY + "hostsHalf")),
        mutant(
            "forced-end-never",
            "what a dead host holds is ended by force",
            Set.of("G2", "G3", "G9"),
            skip(K + "Lifecycle#end", K + "Invalidations#endByForce")),
        mutant(
            "forced-end-hidden",
            "an end by force has a sequence of its own and says what it is",
            Set.of("G9"),
            redirect(K + "Lifecycle#end", K + "Invalidations#endByForce", BY + "endQuietly")),
        mutant(
            "late-end-not-told-forced",
            "a host that ends too late is told so",
            Set.of("G9"),
            constant(K + "ForcedEnds#contains", false),
            redirect(
                "client.HostSessionImpl#endByCall",
                "client.SessionStream#leaseLeftNanos",
                "client.ClientStandIns#leaseOfStreamRuns")),
        mutant(
            "cancelled-begin-not-undone",
            "a begin that its host gave up is undone",
            Set.of("G2", "G3"),
            nothing(K + "Invalidations#cancel"),
            nothing("client.HostSessionImpl#endUnwanted")),
        mutant(
            "end-of-unknown-is-an-error",
            "the end of an unknown or ended invalidation is fine",
            Set.of("G8"),
            redirect(K + "Invalidations#end", K + "EndResult#outcome", BY + "unknownIsAnError")
                .times(2)),
        mutant(
            "request-id-forgotten",
            "a begin with the request id of a running one joins it",
            Set.of("G8"),
            skip(
                "server.service.Begins#begin",
                "com.github.benmanes.caffeine.cache.Cache#getIfPresent")));
  }

  static List<Mutant> resumes() {
    return List.of(
        mutant(
            "owed-not-told-again",
            "what a session owes when it resumes is told again, whether it was sent before or not",
            Set.of("G7"),
            nothing(K + "Resumes#addOwed")),
        mutant(
            "running-not-listed-at-resume",
            "a session that resumes is told what runs over its subscriptions",
            Set.of("G7"),
            skip(K + "Baselines#of", "java.util.List#add")),
        mutant(
            "resume-revives-evicted",
            "an evicted session is not resumed",
            Set.of("G2", "G6", "G7"),
            redirect(K + "Resumes#missed", K + "Session#isPutOut", BY + "notPutOut")),
        mutant(
            "old-stream-not-superseded",
            "a session that resumes on one stream is bound to no other",
            Set.of("G2", "G6", "G7"),
            nothing("server.service.DeviceStream#superseded")));
  }

  static List<Mutant> restarts() {
    return List.of(
        mutant(
            "token-outlives-restart",
            "a token of an older epoch is dead",
            Set.of("G1", "G5"),
            redirect(K + "Readers#retry", K + "Token#epoch", BY + "epochOfSpace")),
        mutant(
            "begins-ignore-grace",
            "after a restart no begin is through before every former lease is over or given up",
            Set.of("G1", "G4"),
            skip(K + "Invalidations#launch", K + "Grace#isOn")),
        mutant(
            "grace-too-short",
            "the grace lasts as long as the longest lease that was granted",
            Set.of("G1", "G4", "G9"),
            redirect(K + "Grace#endNanos", "java.util.TreeMap#lastKey", BY + "quarterOfLongest")));
  }

  private static Mutant mutant(
      String name, String rule, Set<String> promises, Rewrite... rewrites) {
    return new Mutant(name, rule, promises, List.of(rewrites));
  }
}
