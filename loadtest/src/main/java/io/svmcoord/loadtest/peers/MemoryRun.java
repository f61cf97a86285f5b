package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.relay.GrpcRelay;
import io.svmcoord.loadtest.peers.svm.SvmServers;
import io.svmcoord.loadtest.peers.system.ChildServer;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.MemoryUse;
import io.svmcoord.loadtest.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Weighs what is idle: a server of its own for each thing and round, its heap after full
 * collections before and after there are so many more of it. Some are there before: what the first
 * of a kind brings with it is not one more's. Confined to one thread.
 */
public final class MemoryRun {
  /** How many are there before. */
  private static final int FIRST = 100;

  /** Sessions that hold subscriptions. */
  private static final int HOLDERS = 10;

  private static final String STREAM_ALONE = "stream and its connection";
  private static final String STREAM_SHARED = "stream of shared connections";
  private static final int TENTHS = 10;
  private static final String RELAY = PeersOptions.BASELINE;

  private final MemoryOptions options;
  private final Consumer<String> progress;

  private MemoryRun(MemoryOptions options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Runs; blocks until every process that it started is gone.
   *
   * @param progress told what it does, for people
   */
  public static MemoryReport run(MemoryOptions options, Consumer<String> progress) {
    return new MemoryRun(options, progress).run();
  }

  /**
   * Something that is weighed.
   *
   * @param system whose server it is
   * @param of what it is
   * @param count how many are weighed together
   * @param connections TCP connections that they have
   */
  private record Thing(String system, String of, int count, int connections) {
    /** What its heap is divided by; null if nothing. */
    @Nullable Thing baseline() {
      return of.equals(STREAM_ALONE) && count <= relayMax()
          ? new Thing(RELAY, STREAM_ALONE, count, count)
          : null;
    }

    private static int relayMax() {
      return Peer.DEVICES_MAX - FIRST;
    }
  }

  /** What one of them took. */
  private record Weight(double heapBytes, double directBytes) {}

  private MemoryReport run() {
    Map<Thing, List<Weight>> weights = Turns.take(things(), options.rounds(), this::weigh);
    List<MemoryRow> rows = new ArrayList<>();
    weights.forEach(
        (thing, taken) ->
            rows.add(
                new MemoryRow(
                    thing.system,
                    thing.of,
                    thing.count,
                    thing.connections,
                    spread(taken.stream().mapToDouble(Weight::heapBytes).toArray()),
                    spread(taken.stream().mapToDouble(Weight::directBytes).toArray()),
                    ratio(thing, weights))));
    return new MemoryReport(rows, options.rounds(), Runtime.version().toString());
  }

  private List<Thing> things() {
    List<Thing> things = new ArrayList<>();
    for (int streams : options.streams()) {
      Thing alone = new Thing("svm", STREAM_ALONE, streams, streams);
      Thing relay = alone.baseline();
      if (relay != null) {
        things.add(relay);
      }
      things.add(alone);
      int shared = Math.min(options.connections(), streams);
      things.add(new Thing("svm", STREAM_SHARED, streams, shared));
    }
    int each = options.subscriptions() / HOLDERS;
    things.add(new Thing("svm", "subscription", each * HOLDERS, HOLDERS));
    return things;
  }

  private Weight weigh(Thing thing) {
    progress.accept(thing.system + ": " + thing.of + ": " + Numbers.grouped(thing.count));
    return thing.system.equals(RELAY) ? weighRelay(thing) : weighSvm(thing);
  }

  private static Weight weighRelay(Thing thing) {
    ChildServer server = GrpcRelay.startChild();
    try (RunningPeer peer = RunningPeer.start(new GrpcRelay(), server, thing.count + FIRST)) {
      peer.growTo(FIRST);
      return difference(server, thing.count, count -> peer.growTo(FIRST + count));
    }
  }

  private static Weight weighSvm(Thing thing) {
    try (ChildServer server = SvmServers.start("svm", Launch.SAME);
        Idle idle = new Idle(server.target())) {
      idle.add(FIRST, Math.min(FIRST, thing.connections), 1);
      int perSession = thing.of.equals("subscription") ? thing.count / HOLDERS : 0;
      int sessions = perSession == 0 ? thing.count : HOLDERS;
      return difference(
          server, thing.count, count -> idle.add(sessions, thing.connections, perSession));
    }
  }

  private static Weight difference(ChildServer server, int count, IntConsumer add) {
    MemoryUse before = server.memory(MemoryUse.Order.COLLECTED);
    add.accept(count);
    MemoryUse after = server.memory(MemoryUse.Order.COLLECTED);
    return new Weight(
        (double) (after.heapBytes() - before.heapBytes()) / count,
        (double) (after.directBytes() - before.directBytes()) / count);
  }

  private static Spread spread(double[] values) {
    return Spread.of(values, TENTHS);
  }

  private static @Nullable Spread ratio(Thing thing, Map<Thing, List<Weight>> weights) {
    Thing baseline = thing.baseline();
    if (baseline == null) {
      return null;
    }
    List<Weight> mine = weights.getOrDefault(thing, List.of());
    List<Weight> theirs = weights.getOrDefault(baseline, List.of());
    return Turns.ratio(mine, theirs, Weight::heapBytes);
  }
}
