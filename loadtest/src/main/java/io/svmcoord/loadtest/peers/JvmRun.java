package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.PeersRow.Sample;
import io.svmcoord.loadtest.peers.svm.SvmPeer;
import io.svmcoord.loadtest.peers.svm.SvmServers;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.report.Numbers;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Compares JVMs: for each a coordinator with a host and devices of its own, which take turns. The
 * clients' JVMs are alike. Confined to one thread.
 */
public final class JvmRun implements AutoCloseable {
  /** Name of the JVM that has the options of this process. */
  static final String DEFAULT = "default";

  private final JvmOptions options;
  private final Consumer<String> progress;
  private final List<Contender> contenders = new ArrayList<>();

  private JvmRun(JvmOptions options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  private record Contender(String jvm, RunningPeer peer) implements AutoCloseable {
    @Override
    public void close() {
      peer.close();
    }
  }

  /**
   * Runs; blocks until every process that it started is gone.
   *
   * @param progress told what it does, for people
   */
  public static JvmReport run(JvmOptions options, Consumer<String> progress) {
    try (JvmRun run = new JvmRun(options, progress)) {
      run.startAll();
      return run.report(run.cells());
    }
  }

  private void startAll() {
    List<String> jvms = new ArrayList<>();
    jvms.add(DEFAULT);
    jvms.addAll(options.jvms());
    jvms.forEach(jvm -> progress.accept(jvm + ": starting"));
    contenders.addAll(SideBySide.start(jvms, this::start));
  }

  private Contender start(String jvm) {
    RunningPeer peer =
        RunningPeer.start(new SvmPeer(), SvmServers.start(jvm, launch(jvm)), options.devices());
    try {
      peer.growTo(options.devices());
      return new Contender(jvm, peer);
    } catch (RuntimeException e) {
      peer.close();
      throw e;
    }
  }

  private static Launch launch(String jvm) {
    return jvm.equals(DEFAULT) ? Launch.SAME : Launch.SAME.withJvmOptions(jvm.strip().split(" +"));
  }

  private List<JvmRow> cells() {
    List<JvmRow> rows = new ArrayList<>();
    Duration warmupTime = options.turns().firstWarmup();
    for (int outstanding : options.outstanding()) {
      HostTurn.Order warmup = HostTurn.Order.closedLoop(options.devices(), outstanding, warmupTime);
      contenders.forEach(each -> each.peer.take(warmup));
      warmupTime = options.turns().warmup();
      double opsPerSecond = 1;
      for (JvmLoad load : JvmLoad.values()) {
        progress.accept("operations at once: " + outstanding + ", load: " + load);
        List<JvmRow> cell = cell(outstanding, load, opsPerSecond);
        rows.addAll(cell);
        if (load == JvmLoad.FULL) {
          opsPerSecond = cell.getFirst().figures().opsPerS();
        }
      }
    }
    return rows;
  }

  private List<JvmRow> cell(int outstanding, JvmLoad load, double opsPerSecond) {
    HostTurn.Order order =
        load.of(
            HostTurn.Order.closedLoop(options.devices(), outstanding, options.turns().duration()),
            opsPerSecond);
    Map<Contender, List<Sample>> turns =
        Turns.take(contenders, options.turns().rounds(), each -> Sample.of(each.peer.take(order)));
    List<Sample> base = turns.values().iterator().next();
    List<JvmRow> rows = new ArrayList<>();
    turns.forEach(
        (each, samples) ->
            rows.add(
                new JvmRow(
                    load, PeersRow.of(each.jvm, options.devices(), outstanding, samples, base))));
    return rows;
  }

  private JvmReport report(List<JvmRow> rows) {
    return new JvmReport(
        rows,
        ManagementFactory.getRuntimeMXBean().getInputArguments(),
        options.turns().rounds(),
        Numbers.seconds(options.turns().duration().toNanos()),
        Runtime.version().toString(),
        Runtime.getRuntime().availableProcessors());
  }

  @Override
  public void close() {
    SideBySide.end(contenders);
  }
}
