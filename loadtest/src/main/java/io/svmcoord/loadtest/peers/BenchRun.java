package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs every {@link Comparison}. Stateless. */
public final class BenchRun {
  private BenchRun() {}

  /**
   * Runs; blocks until every process that it started is gone.
   *
   * @param progress told what it does, for people
   */
  public static BenchReport run(BenchOptions options, Consumer<String> progress) {
    List<BenchRow> rows = new ArrayList<>();
    for (Comparison each : Comparison.all(options.devices())) {
      progress.accept(each.operation());
      PeersOptions peers =
          new PeersOptions(
              List.of(each.system(), each.baseline()),
              each.baseline(),
              each.devices(),
              each.outstanding(),
              options.turns());
      PeersRun.run(peers, progress).rows().stream()
          .filter(row -> row.system().equals(each.system()))
          .forEach(row -> rows.add(new BenchRow(each.operation(), each.baseline(), row)));
    }
    return new BenchReport(
        rows,
        options.turns().rounds(),
        Numbers.seconds(options.turns().duration().toNanos()),
        PeerLoop.transport(),
        Runtime.version().toString(),
        Runtime.getRuntime().availableProcessors());
  }
}
