package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.fault.ClockRate;
import io.svmcoord.loadtest.fault.FaultProxy;
import io.svmcoord.loadtest.fault.Namespace;
import io.svmcoord.loadtest.fault.SmallDisk;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.loadtest.process.StartingRoles;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.RoleReport;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The processes and, between each of them and the coordinator, a proxy. Page lists go from devices
 * to the host directly. Confined to one thread.
 */
final class ChaosCluster implements AutoCloseable {
  private static final int PAGES = 4_096;
  private static final int CHANGE_LOOPS = 8;
  private static final int SNAPSHOTS_PER_SECOND = 5;

  private final ChaosOptions options;
  private final Consumer<String> news;
  private final Machine machine;
  private final int port;
  private CoordinatorProcess coordinator;
  private final Map<Victim, FaultProxy> links = new TreeMap<>();
  private @Nullable FaultProxy pageSourceRelay;
  private final Map<Victim, RoleProcess> players = new TreeMap<>();

  /** What the processes said last that were killed. */
  private final List<RoleReport> lastWords = new ArrayList<>();

  private HostReady at = new HostReady(0, "", "");

  private ChaosCluster(ChaosOptions options, Machine machine, Consumer<String> news) {
    this.options = options;
    this.machine = machine;
    this.news = news;
    this.coordinator = startCoordinator(Launch.SAME, 0);
    this.port = coordinator.port();
  }

  private CoordinatorProcess startCoordinator(Launch launch, int wantedPort) {
    return CoordinatorProcess.start(
        launch,
        Arguments.SERVE
            .with("--listen", "127.0.0.1:" + wantedPort)
            .with("--control-directory", machine.controlDirectory()));
  }

  /**
   * Starts everybody; blocks until all are connected and pages change.
   *
   * @param machine what it offers
   * @param news told, on any thread, when a process ends without being asked to
   */
  static ChaosCluster start(ChaosOptions options, Machine machine, Consumer<String> news) {
    ChaosCluster cluster = new ChaosCluster(options, machine, news);
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
    StartingRoles starting = new StartingRoles();
    for (int i = 0; i < options.deviceProcesses(); i++) {
      starting.add(start(Victim.devices(i), deviceArguments(i)));
    }
    starting.add(start(Victim.GUEST, guestArguments()));
    if (options.mappers() > 0) {
      starting.add(start(Victim.MAPPERS, mapperArguments()));
    }
    starting.awaitReady();
    host.go();
  }

  private RoleProcess start(Victim victim, Arguments arguments) {
    RoleProcess started =
        RoleProcess.start(
            victim.role().toString(), victim.toString(), launch(victim), arguments, news);
    players.put(victim, started);
    return started;
  }

  private Launch launch(Victim victim) {
    return namespace(victim).map(namespace -> namespace.within(Launch.SMALL)).orElse(Launch.SMALL);
  }

  /** The one that a victim runs in; empty for this one. */
  private Optional<Namespace> namespace(Victim victim) {
    return victim.equals(Victim.devices(0)) ? machine.namespace() : Optional.empty();
  }

  /** The coordinator's own address, past every proxy. */
  int port() {
    return port;
  }

  /** Has the coordinator looked at. */
  void sample(HeapSamples heap) {
    heap.take(coordinator);
  }

  /** A fault begins. */
  void strike(Victim victim, Fault fault) {
    switch (fault) {
      case Fault.OffClock off -> coordinator.process().kill();
      case Fault.DiskFull full -> machine.disk().ifPresent(SmallDisk::fill);
      case Fault.LinkDown down -> namespace(victim).ifPresent(Namespace::linkDown);
      case Fault.Kill kill -> {
        if (victim.equals(Victim.COORDINATOR)) {
          coordinator.process().kill();
        } else {
          RoleProcess killed = player(victim);
          killed.kill();
          killed.report().ifPresent(lastWords::add);
        }
      }
      case Fault.Freeze freeze -> {
        if (victim.equals(Victim.COORDINATOR)) {
          coordinator.process().signal("STOP");
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
      case Fault.OffClock off ->
          replaceCoordinator(ClockRate.of(Launch.SAME, off.rate()).orElse(Launch.SAME));
      case Fault.DiskFull full -> machine.disk().ifPresent(SmallDisk::free);
      case Fault.LinkDown down -> namespace(victim).ifPresent(Namespace::linkUp);
      case Fault.Kill kill -> replace(victim);
      case Fault.Freeze freeze -> {
        if (victim.equals(Victim.COORDINATOR)) {
          coordinator.process().signal("CONT");
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
      case COORDINATOR -> replaceCoordinator(Launch.SAME);
      case GUEST -> {
        var _ = start(victim, guestArguments());
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

  private void replaceCoordinator(Launch launch) {
    // The schedule waits for it: the outage lasts until it serves again, its grace follows.
    coordinator = startCoordinator(launch, port);
  }

  private RoleProcess player(Victim victim) {
    return Objects.requireNonNull(players.get(victim), victim.toString());
  }

  private FaultProxy link(Victim victim) {
    return links.computeIfAbsent(
        victim,
        key ->
            namespace(victim)
                .map(namespace -> FaultProxy.start(namespace.here(), port))
                .orElseGet(() -> FaultProxy.start(port)));
  }

  /** Where a victim reaches the host's page source. */
  private String pageSource(Victim victim) {
    return namespace(victim)
        .map(
            namespace -> {
              FaultProxy first = pageSourceRelay;
              FaultProxy relay =
                  first == null ? FaultProxy.start(namespace.here(), pageSourcePort()) : first;
              pageSourceRelay = relay;
              return relay.address();
            })
        .orElse(at.pageSourceTarget());
  }

  private int pageSourcePort() {
    String target = at.pageSourceTarget();
    return Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
  }

  private Arguments hostArguments() {
    return common("host", Victim.HOST)
        .and("--hold")
        .with("--pages", PAGES)
        .with("--changes", CHANGE_LOOPS)
        .with("--changes-per-second", options.changesPerSecond())
        .with("--ack-deadline", ChaosOptions.ACK_DEADLINE)
        .with("--late-begin", options.bound());
  }

  private Arguments guestArguments() {
    return ofReader("guest-host", Victim.GUEST)
        .with("--ack-deadline", ChaosOptions.ACK_DEADLINE)
        .with("--late-begin", options.bound());
  }

  private Arguments deviceArguments(int index) {
    int first = index * options.devicesPerProcess();
    return ofReader("device", Victim.devices(index))
        .with("--devices", Math.min(options.devicesPerProcess(), options.devices() - first))
        .with("--first-index", first)
        .with("--reads-per-second", Math.max(1, options.readsPerSecond() / options.devices()));
  }

  private Arguments mapperArguments() {
    return ofReader("mapper", Victim.MAPPERS)
        .with("--mappers", options.mappers())
        .with("--snapshots-per-second", SNAPSHOTS_PER_SECOND);
  }

  private Arguments common(String command, Victim victim) {
    return Arguments.ofRole(command, link(victim).address())
        .with("--seed", options.seed())
        .with("--ttl", options.ttl());
  }

  /** Of one that uses the host's pages. */
  private Arguments ofReader(String command, Victim victim) {
    return common(command, victim)
        .with(new HostReady(at.spaceId(), at.memoryFile(), pageSource(victim)));
  }

  /** What everybody counted, those that were killed too. */
  ChaosCounts counts() {
    List<RoleReport> reports = new ArrayList<>(lastWords);
    players.values().forEach(player -> player.report().ifPresent(reports::add));
    HostStats host =
        RoleReport.hostsOf(reports)
            .orElseThrow(() -> RunFailure.foundWrong("host: told nothing of itself"));
    return new ChaosCounts(host, RoleReport.devicesOf(reports), RoleReport.mappersOf(reports));
  }

  /** Blocks until pages change no more and all reads are judged; everybody stays connected. */
  void finish() {
    RoleProcess host = player(Victim.HOST);
    RoleProcess guest = player(Victim.GUEST);
    guest.pause();
    host.pause();
    var _ = guest.awaitFinal();
    var _ = host.awaitFinal();
    List<RoleProcess> readers =
        players.values().stream().filter(player -> player != host && player != guest).toList();
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
      coordinator.process().signal("CONT");
      coordinator.close();
      links.values().forEach(FaultProxy::close);
      FaultProxy relay = pageSourceRelay;
      if (relay != null) {
        relay.close();
      }
    }
  }
}
