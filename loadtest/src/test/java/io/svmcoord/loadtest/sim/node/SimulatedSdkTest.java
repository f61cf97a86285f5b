package io.svmcoord.loadtest.sim.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.SessionState;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.core.Simulation;
import io.svmcoord.loadtest.sim.core.Trace;
import io.svmcoord.loadtest.sim.net.Direction;
import io.svmcoord.loadtest.sim.net.LinkTimes;
import io.svmcoord.loadtest.sim.net.SimNetwork;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.kernel.KernelObserver;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedSdkTest {
  private static final int SEEDS = 300;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  @Test
  void hostDeviceAndMapper_runToTheirEnd_withEverySeedOnItsOwnWay() {
    Set<String> ways = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      ways.add(new SmallWorld(seed, Trace.off()).run());
    }

    assertThat(ways).hasSize(SEEDS);
  }

  @Test
  void seed_isTheSameRun_alsoWithLines() {
    for (int seed = 0; seed < 20; seed++) {
      String run = new SmallWorld(seed, Trace.off()).run();

      assertThat(new SmallWorld(seed, Trace.off()).run()).isEqualTo(run);
      assertThat(new SmallWorld(seed, Trace.to(_ -> {})).run()).isEqualTo(run);
    }
  }

  @Test
  void seed_isTheSameRun_besideOthersInOtherThreads() {
    List<String> alone = IntStream.range(0, 40).mapToObj(SimulatedSdkTest::run).toList();
    List<CompletableFuture<String>> beside = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int seed = 0; seed < alone.size(); seed++) {
        int own = seed;
        beside.add(CompletableFuture.supplyAsync(() -> run(own), threads));
      }
    }

    assertThat(beside.stream().map(CompletableFuture::join).toList()).isEqualTo(alone);
  }

  private static String run(int seed) {
    return new SmallWorld(seed, Trace.off()).run();
  }

  @Test
  void seed_isTheSameRun_inAnotherJvm() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--") || flag.startsWith("-Djdk."))
            .toList());
    // Other hash codes of objects, other compilation: nothing may follow from them.
    command.addAll(List.of("-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=2", "-Xint"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    Process other = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(other.getInputStream().readAllBytes(), UTF_8).strip();

    assertThat(other.waitFor()).as(said).isZero();
    assertThat(said.lines()).last().isEqualTo(new SmallWorld(1, Trace.off()).run());
  }

  /** Prints the run of one seed. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      System.out.println(new SmallWorld(1, Trace.off()).run());
    }
  }

  @Test
  void openOnAConnectionThatLeadsNowhere_leavesIt() {
    Simulation simulation = new Simulation(3);
    SimNetwork network = new SimNetwork(simulation, LinkTimes.DEFAULT);
    SimClock clock = new SimClock(simulation, 0, 0, 0);
    new SimCoordinator(
            network,
            "coordinator",
            clock,
            ServerConfig.defaults(),
            new SimControlStore(simulation),
            _ -> {},
            KernelObserver.NONE)
        .start();
    SimProcess process = new SimProcess(simulation, "device", clock);
    CompletableFuture<DeviceSession> opened = new CompletableFuture<>();
    process.start(() -> opened.complete(open(network, process)));
    assertThat(simulation.runUntil(opened::isDone, SECOND)).isTrue();

    network.connectionsOf(process).getFirst().cut();
    assertThat(simulation.runUntil(() -> isConnected(network, process), 2 * SECOND)).isTrue();
    simulation.runUntil(simulation.nowNanos() + 2 * MILLI);
    network.connectionsOf(process).getFirst().swallow(Direction.TO_CLIENT);
    // It may be over by then; a device that goes on over another connection is soon active again.
    assertThat(simulation.runUntil(() -> opened.join().state() != SessionState.ACTIVE, 2 * SECOND))
        .isTrue();

    // Sooner than any keep-alive.
    simulation.runUntil(simulation.nowNanos() + 5 * SECOND);
    assertThat(opened.join().state()).isEqualTo(SessionState.ACTIVE);
  }

  private static boolean isConnected(SimNetwork network, SimProcess process) {
    return !network.connectionsOf(process).isEmpty();
  }

  private static DeviceSession open(SimNetwork network, SimProcess process) {
    return SvmClient.builder("coordinator")
        .environment(new SimEnvironment(network, process))
        .deadline(Duration.ofSeconds(2))
        .build()
        .openDevice(DeviceOptions.named("device"));
  }
}
