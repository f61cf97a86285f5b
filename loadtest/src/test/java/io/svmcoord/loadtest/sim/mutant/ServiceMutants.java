package io.svmcoord.loadtest.sim.mutant;

import static io.svmcoord.loadtest.sim.mutant.Rewrite.constant;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.redirect;
import static io.svmcoord.loadtest.sim.mutant.Rewrite.result;

import io.svmcoord.loadtest.sim.world.SimulationRun;
import java.util.List;
import java.util.Set;

/** Mutants of the rules that the coordinator's services keep. */
final class ServiceMutants {
  private static final String S = "server.service.";
  private static final String BY = S + "ServiceStandIns#";
  private static final String TOLD_BY = S + "StreamOutbox#caughtUp";
  private static final String NOTICE = S + "DeviceNotices#caughtUp";

  private ServiceMutants() {}

  static List<Mutant> slowStreams() {
    return List.of(
        new Mutant(
            "events-never-merged",
            "events that wait for a slow stream are merged past the limit",
            Set.of("G11"),
            List.of(constant(S + "StreamOutbox#isPast", false))),
        new Mutant(
            "merged-events-forget-ranges",
            "what stands for events that waited too long has the ranges of each of them",
            Set.of("G1", "G7"),
            List.of(redirect(S + "Lag#add", S + "ChangedRanges#add", BY + "addFirst"))),
        new Mutant(
            "caught-up-without-what-runs",
            "who is told of merged events is told what runs",
            Set.of("G1", "G7"),
            List.of(redirect(TOLD_BY, NOTICE, BY + "caughtUpWithoutRunning"))),
        new Mutant(
            "caught-up-to-one-less",
            "what stands for merged events stands for the last of them too",
            Set.of("G6", "G7"),
            List.of(redirect(TOLD_BY, NOTICE, BY + "caughtUpToOneLess"))));
  }

  static List<Mutant> gateways() {
    long firstSeed = SimulationRun.GATEWAY_SEEDS + 1;
    return List.of(
        new Mutant(
            "shared-entry-names-one-member",
            "what several members of a gateway are told reaches each of them",
            Set.of("G3", "G7"),
            firstSeed,
            List.of(redirect(S + "GatewayOutbox#add", S + "GatewayEntry#add", BY + "addNobody"))),
        new Mutant(
            "member-answers-for-another",
            "what a member of a gateway says counts for that member",
            Set.of("G1", "G6", "G7"),
            firstSeed,
            List.of(result(S + "Members#find", BY + "firstOf"))),
        new Mutant(
            "unequal-messages-share-an-entry",
            "members of a gateway share an entry if they say the same",
            Set.of("G1", "G3", "G6", "G7"),
            firstSeed,
            List.of(constant("client.GatewayEntries$Entry#says", true))),
        new Mutant(
            "member-credit-ignored",
            "a member of a gateway is sent no more messages than its client gave it credit for",
            Set.of("G11"),
            firstSeed,
            List.of(constant(S + "MemberCall#hasCredit", true))));
  }
}
