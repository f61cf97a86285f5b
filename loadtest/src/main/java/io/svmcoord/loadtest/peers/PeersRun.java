package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.PeersReport.Skipped;
import io.svmcoord.loadtest.peers.PeersRow.Sample;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Compares systems. All of them start side by side and stay up for the whole run, their devices
 * connected, and take turns ({@link Turns}). Confined to one thread.
 */
public final class PeersRun implements AutoCloseable {
  private final PeersOptions options;
  private final Consumer<String> progress;
  private final List<RunningPeer> peers = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();

  private PeersRun(PeersOptions options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Runs; blocks until every process that it started is gone.
   *
   * @param progress told what it does, for people
   * @throws RunFailure when a process ends, or an operation is not acked by every device
   */
  public static PeersReport run(PeersOptions options, Consumer<String> progress) {
    try (PeersRun run = new PeersRun(options, progress)) {
      run.start();
      return run.report(run.cells());
    }
  }

  private void start() {
    List<Peer> runnable = new ArrayList<>();
    for (String name : options.systems()) {
      Peer peer = PeerCatalog.of(name);
      Optional<String> missing = peer.missing();
      if (missing.isPresent()) {
        Skipped without = new Skipped(name, missing.get());
        skipped.add(without);
        progress.accept(without.text());
      } else {
        progress.accept(name + ": starting");
        runnable.add(peer);
      }
    }
    if (runnable.isEmpty()) {
      throw RunFailure.foundWrong("systems: none can run here");
    }
    int devicesMax = Collections.max(options.devices());
    peers.addAll(SideBySide.start(runnable, peer -> RunningPeer.start(peer, devicesMax)));
  }

  private List<PeersRow> cells() {
    List<PeersRow> rows = new ArrayList<>();
    boolean isFirst = true;
    for (int devices : options.devices().stream().sorted().toList()) {
      peers.forEach(peer -> peer.growTo(devices));
      for (int outstanding : options.outstanding()) {
        progress.accept(
            "devices: %s, operations at once: %d".formatted(Numbers.grouped(devices), outstanding));
        if (isFirst) {
          compile(devices);
          isFirst = false;
        }
        HostTurn.Order warmup = order(devices, outstanding, options.turns().warmup());
        peers.forEach(peer -> peer.take(warmup));
        rows.addAll(cell(devices, outstanding));
      }
    }
    return rows;
  }

  /** The JVMs compile what runs often: with one operation at once it would take minutes. */
  private void compile(int devices) {
    Duration duration = options.turns().firstWarmup();
    HostTurn.Order order = order(devices, PeersOptions.COMPILING_OUTSTANDING, duration);
    peers.forEach(peer -> peer.take(order));
  }

  private List<PeersRow> cell(int devices, int outstanding) {
    HostTurn.Order order = order(devices, outstanding, options.turns().duration());
    Map<RunningPeer, List<Sample>> turns =
        Turns.take(peers, options.turns().rounds(), peer -> Sample.of(peer.take(order)));
    List<Sample> baseline =
        peers.stream()
            .filter(peer -> peer.name().equals(options.baseline()))
            .findFirst()
            .map(turns::get)
            .orElse(null);
    List<PeersRow> rows = new ArrayList<>();
    turns.forEach(
        (peer, samples) ->
            rows.add(PeersRow.of(peer.name(), devices, outstanding, samples, baseline)));
    return rows;
  }

  private static HostTurn.Order order(int devices, int outstanding, Duration duration) {
    return HostTurn.Order.closedLoop(devices, outstanding, duration);
  }

  private PeersReport report(List<PeersRow> rows) {
    return new PeersReport(
        rows,
        List.copyOf(skipped),
        options.baseline(),
        options.turns().rounds(),
        Numbers.seconds(options.turns().duration().toNanos()),
        PeerLoop.transport(),
        Runtime.version().toString(),
        Runtime.getRuntime().availableProcessors());
  }

  @Override
  public void close() {
    SideBySide.end(peers);
  }
}
