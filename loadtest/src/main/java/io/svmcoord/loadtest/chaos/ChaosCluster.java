package io.svmcoord.loadtest.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.fault.FaultProxy;
import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.MapperStats;
import io.svmcoord.loadtest.report.RoleReport;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.loadtest.report.RunFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The processes and, between each of them and the coordinator, a proxy. Page lists go from devices
 * to the host directly. Confined to one thread.
 */
final class ChaosCluster implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);
  private static final int PAGES = 4_096;
  private static final int CHANGE_LOOPS = 8;
  private static final int SNAPSHOTS_PER_SECOND = 5;

  private final ChaosOptions options;
  private final Consumer<String> news;
  private final Path memory;
  private final int port;
  private ChildProcess coordinator;
  private String adminUrl;
  private final Map<Victim, FaultProxy> links = new TreeMap<>();
  private final Map<Victim, RoleProcess> players = new TreeMap<>();

  /** What the processes said last that were killed. */
  private final List<RoleReport> lastWords = new ArrayList<>();

  private HostReady at = new HostReady(0, "", "");

  private ChaosCluster(ChaosOptions options, Path memory, Consumer<String> news) {
    this.options = options;
    this.memory = memory;
    this.news = news;
    this.coordinator = startCoordinator(0);
    JsonNode listening = coordinator.awaitReady(READY_TIMEOUT);
    this.port = listening.path("port").asInt();
    this.adminUrl = listening.path("admin_url").asText();
  }

  private ChildProcess startCoordinator(int wantedPort) {
    return ChildProcess.start(
        "coordinator",
        List.of(
            "serve",
            "--listen",
            "127.0.0.1:" + wantedPort,
            "--admin",
            "127.0.0.1:0",
            "--control-directory",
            memory.toString(),
            "--stop-with-stdin",
            "-o",
            "json"),
        line -> {});
  }

  /**
   * Starts everybody; blocks until all are connected and pages change.
   *
   * @param memory directory in which the coordinator remembers what outlives it
   * @param news told, on any thread, when a process ends without being asked to
   */
  static ChaosCluster start(ChaosOptions options, Path memory, Consumer<String> news) {
    ChaosCluster cluster = new ChaosCluster(options, memory, news);
    try {
      cluster.startPlayers();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void startPlayers() {
    RoleProcess host = start(Victim.HOST, hostArguments());
    at = Objects.requireNonNull(host.awaitReady().ready(), "ready");
    for (int i = 0; i < options.deviceProcesses(); i++) {
      var _ = start(Victim.devices(i), deviceArguments(i)).awaitReady();
    }
    if (options.mappers() > 0) {
      var _ = start(Victim.MAPPERS, mapperArguments()).awaitReady();
    }
    host.go();
  }

  private RoleProcess start(Victim victim, List<String> arguments) {
    RoleProcess started =
        RoleProcess.start(victim.role().toString(), victim.toString(), arguments, news);
    players.put(victim, started);
    return started;
  }

  /** The coordinator's own address, past every proxy. */
  int port() {
    return port;
  }

  /** Of the coordinator's metrics; ends with a slash. */
  String adminUrl() {
    return adminUrl;
  }

  /** A fault begins. */
  void strike(Victim victim, Fault fault) {
    switch (fault) {
      case Fault.Kill kill -> {
        if (victim.equals(Victim.COORDINATOR)) {
          coordinator.kill();
        } else {
          RoleProcess killed = player(victim);
          killed.kill();
          killed.report().ifPresent(lastWords::add);
        }
      }
      case Fault.Freeze freeze -> {
        if (victim.equals(Victim.COORDINATOR)) {
          coordinator.signal("STOP");
        } else {
          player(victim).freeze();
        }
      }
      case Fault.Cut cut -> link(victim).cut();
      case Fault.Refuse refuse -> {
        link(victim).refuse(true);
        link(victim).cut();
      }
      case Fault.BadLink(var toServer, var toClient, String what, Duration length) -> {
        link(victim).toServer(toServer);
        link(victim).toClient(toClient);
      }
    }
  }

  /** A fault is over. */
  void heal(Victim victim, Fault fault) {
    switch (fault) {
      case Fault.Kill kill -> replace(victim);
      case Fault.Freeze freeze -> {
        if (victim.equals(Victim.COORDINATOR)) {
          coordinator.signal("CONT");
        } else {
          player(victim).unfreeze();
        }
      }
      case Fault.Cut cut -> {}
      case Fault.Refuse refuse -> link(victim).heal();
      case Fault.BadLink bad -> link(victim).heal();
    }
  }

  private void replace(Victim victim) {
    switch (victim.role()) {
      case COORDINATOR -> {
        coordinator = startCoordinator(port);
        // The schedule waits for it: the outage lasts until it serves again, its grace follows.
        adminUrl = coordinator.awaitReady(READY_TIMEOUT).path("admin_url").asText();
      }
      case DEVICES -> {
        var _ = start(victim, deviceArguments(victim.index()));
      }
      case MAPPERS -> {
        var _ = start(victim, mapperArguments());
      }
      case HOST -> throw new IllegalArgumentException("victim: host (expected: one to replace)");
    }
  }

  private RoleProcess player(Victim victim) {
    return Objects.requireNonNull(players.get(victim), victim.toString());
  }

  private FaultProxy link(Victim victim) {
    return links.computeIfAbsent(victim, key -> FaultProxy.start(port));
  }

  private List<String> hostArguments() {
    List<String> arguments = common("host", Victim.HOST);
    arguments.add("--hold");
    add(arguments, "--pages", PAGES);
    add(arguments, "--changes", CHANGE_LOOPS);
    add(arguments, "--changes-per-second", options.changesPerSecond());
    add(arguments, "--ack-deadline", millis(ChaosOptions.ACK_DEADLINE));
    add(arguments, "--late-begin", millis(options.bound()));
    return arguments;
  }

  private List<String> deviceArguments(int index) {
    int first = index * options.devicesPerProcess();
    int count = Math.min(options.devicesPerProcess(), options.devices() - first);
    List<String> arguments = common("device", Victim.devices(index));
    add(arguments, "--devices", count);
    add(arguments, "--first-index", first);
    add(arguments, "--reads-per-second", Math.max(1, options.readsPerSecond() / options.devices()));
    return addSource(arguments);
  }

  private List<String> mapperArguments() {
    List<String> arguments = common("mapper", Victim.MAPPERS);
    add(arguments, "--mappers", options.mappers());
    add(arguments, "--snapshots-per-second", SNAPSHOTS_PER_SECOND);
    return addSource(arguments);
  }

  private List<String> common(String command, Victim victim) {
    List<String> arguments = new ArrayList<>(List.of(command, "--stop-with-stdin"));
    add(arguments, "--target", link(victim).address());
    add(arguments, "--seed", options.seed());
    add(arguments, "--ttl", millis(options.ttl()));
    return arguments;
  }

  private List<String> addSource(List<String> arguments) {
    add(arguments, "--space", at.spaceId());
    add(arguments, "--memory", at.memoryFile());
    add(arguments, "--page-source", at.pageSourceTarget());
    return arguments;
  }

  private static void add(List<String> arguments, String option, Object value) {
    arguments.add(option);
    arguments.add(value.toString());
  }

  private static String millis(Duration time) {
    return time.toMillis() + "ms";
  }

  /** What everybody counted, those that were killed too. */
  ChaosCounts counts() {
    List<RoleReport> reports = new ArrayList<>(lastWords);
    players.values().forEach(player -> player.report().ifPresent(reports::add));
    HostStats host =
        reports.stream()
            .flatMap(report -> Optional.ofNullable(report.host()).stream())
            .reduce(HostStats::plus)
            .orElseThrow(() -> RunFailure.foundWrong("host: told nothing of itself"));
    Optional<DeviceStats> devices =
        reports.stream()
            .flatMap(report -> Optional.ofNullable(report.devices()).stream())
            .reduce(DeviceStats::plus);
    Optional<MapperStats> mappers =
        reports.stream()
            .flatMap(report -> Optional.ofNullable(report.mappers()).stream())
            .reduce(MapperStats::plus);
    return new ChaosCounts(host, devices, mappers);
  }

  /** Blocks until pages change no more and all reads are judged; everybody stays connected. */
  void finish() {
    RoleProcess host = player(Victim.HOST);
    host.pause();
    var _ = host.awaitFinal();
    List<RoleProcess> readers = players.values().stream().filter(player -> player != host).toList();
    readers.forEach(RoleProcess::pause);
    readers.forEach(RoleProcess::awaitFinal);
  }

  /** Devices and mappers first: the host releases the address space when it goes. */
  @Override
  public void close() {
    try {
      List<RoleProcess> readers = new ArrayList<>(players.values());
      RoleProcess host = players.get(Victim.HOST);
      readers.remove(host);
      readers.forEach(RoleProcess::unfreeze);
      readers.forEach(RoleProcess::stop);
      readers.forEach(RoleProcess::close);
      if (host != null) {
        host.unfreeze();
        host.close();
      }
    } finally {
      coordinator.signal("CONT");
      coordinator.close();
      links.values().forEach(FaultProxy::close);
    }
  }
}
