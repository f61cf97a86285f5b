package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.PeersRow.Sample;
import io.svmcoord.loadtest.peers.svm.SvmPeer;
import io.svmcoord.loadtest.peers.svm.SvmServers;
import io.svmcoord.loadtest.peers.system.ChildServer;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures how the time of an acked fan-out grows with what else a coordinator has: for each value
 * a coordinator with a host and devices of its own, which take turns. Confined to one thread.
 */
public final class GrowthRun {
  /** Sessions that hold the subscriptions beside. */
  private static final int HOLDERS = 10;

  /** Connections that idle sessions share. */
  private static final int IDLE_CONNECTIONS = 10;

  private final GrowthOptions options;
  private final Consumer<String> progress;

  private GrowthRun(GrowthOptions options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Runs; blocks until every process that it started is gone.
   *
   * @param progress told what it does, for people
   */
  public static GrowthReport run(GrowthOptions options, Consumer<String> progress) {
    GrowthRun run = new GrowthRun(options, progress);
    List<GrowthRow> rows = new ArrayList<>();
    for (Growth growth : Growth.values()) {
      List<Integer> values = options.values().get(growth);
      if (values != null) {
        rows.addAll(run.measure(growth, values));
      }
    }
    return new GrowthReport(
        rows,
        options.turns().rounds(),
        Numbers.seconds(options.turns().duration().toNanos()),
        PeerLoop.transport(),
        Runtime.version().toString(),
        Runtime.getRuntime().availableProcessors());
  }

  /** A coordinator that has so many. */
  private record Contender(int value, int devices, RunningPeer peer, Idle idle)
      implements AutoCloseable {
    @Override
    public void close() {
      try (peer) {
        idle.close();
      }
    }
  }

  private List<GrowthRow> measure(Growth growth, List<Integer> values) {
    values.forEach(value -> progress.accept(growth.text() + ": " + Numbers.grouped(value)));
    List<Contender> contenders = SideBySide.start(values, value -> start(growth, value));
    try {
      Turns turns = options.turns();
      contenders.forEach(
          each -> each.peer.take(HostTurn.Order.closedLoop(each.devices, 1, turns.firstWarmup())));
      return rows(
          growth,
          Turns.take(
              contenders,
              turns.rounds(),
              each ->
                  Sample.of(
                      each.peer.take(
                          HostTurn.Order.closedLoop(each.devices, 1, turns.duration())))));
    } finally {
      SideBySide.end(contenders);
    }
  }

  private Contender start(Growth growth, int value) {
    int devices = growth == Growth.DEVICES ? value : options.fanOut();
    ChildServer server = SvmServers.start(growth.text() + " " + value, Launch.SAME);
    Idle idle = new Idle(server.target());
    RunningPeer peer = RunningPeer.start(new SvmPeer(), server, devices);
    Contender contender = new Contender(value, devices, peer, idle);
    try {
      switch (growth) {
        case DEVICES -> {
          // Those that an operation has to reach are all there is.
        }
        case SPACES -> SvmServers.addSpaces(server.target(), value - 1);
        case SUBSCRIPTIONS -> addSubscriptions(idle, value);
        case IDLE_SESSIONS -> idle.add(value, IDLE_CONNECTIONS, 0);
      }
      peer.growTo(devices);
      return contender;
    } catch (RuntimeException e) {
      contender.close();
      throw e;
    }
  }

  private static void addSubscriptions(Idle idle, int count) {
    if (count > 0) {
      int holders = Math.min(HOLDERS, count);
      idle.add(holders, holders, count / holders);
    }
  }

  private List<GrowthRow> rows(Growth growth, Map<Contender, List<Sample>> turns) {
    List<GrowthRow> rows = new ArrayList<>();
    List<Contender> before = new ArrayList<>();
    List<Sample> smallest = turns.values().iterator().next();
    turns.forEach(
        (each, samples) -> {
          before.add(each);
          boolean hasSteps = growth == Growth.DEVICES && before.size() > 2;
          rows.add(
              new GrowthRow(
                  growth,
                  each.value,
                  hasSteps ? marginal(before, turns) : null,
                  PeersRow.of("svm", each.devices, 1, samples, smallest)));
        });
    return rows;
  }

  /** What a device more adds in the last step, over what it added in the step before, by round. */
  private static @Nullable Spread marginal(
      List<Contender> upTo, Map<Contender, List<Sample>> turns) {
    List<Contender> last = upTo.subList(upTo.size() - 3, upTo.size());
    int rounds = turns.values().iterator().next().size();
    double[] quotients = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      quotients[round] =
          slope(last.get(1), last.get(2), turns, round)
              / slope(last.get(0), last.get(1), turns, round);
    }
    return Spread.ofRatios(quotients);
  }

  private static double slope(
      Contender from, Contender to, Map<Contender, List<Sample>> turns, int round) {
    return (p50(to, turns, round) - p50(from, turns, round)) / (to.devices - from.devices);
  }

  private static double p50(Contender of, Map<Contender, List<Sample>> turns, int round) {
    return turns.getOrDefault(of, List.of()).get(round).p50Us();
  }
}
