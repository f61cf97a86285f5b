package io.svmcoord.loadtest.demo;

import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.loadtest.process.StartingRoles;
import io.svmcoord.loadtest.report.RoleReport;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.loadtest.report.RunFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Each role in a process of its own. A process of devices or mappers that dies is told of, and the
 * others go on; without coordinator or host there is nothing to go on with. Confined to one thread,
 * but for {@link #counts}.
 */
final class ProcessRoles implements DemoRoles {
  private final DemoOptions options;
  private final Consumer<String> news;
  private final AtomicReference<@Nullable String> broken = new AtomicReference<>();
  private final List<String> lost = new CopyOnWriteArrayList<>();
  private final List<RoleProcess> devices = new ArrayList<>();
  private final CoordinatorProcess coordinator;
  private @Nullable RoleProcess host;
  private @Nullable RoleProcess mappers;

  private ProcessRoles(DemoOptions options, Consumer<String> news, int adminPort) {
    this.options = options;
    this.news = news;
    this.coordinator =
        CoordinatorProcess.start(
            Launch.SAME, Arguments.SERVE.with("--admin", "127.0.0.1:" + adminPort));
  }

  /**
   * Starts everybody; blocks until all are connected.
   *
   * @param news told, on any thread, when a process ends without being asked to
   */
  static ProcessRoles start(DemoOptions options, int adminPort, Consumer<String> news) {
    ProcessRoles roles = new ProcessRoles(options, news, adminPort);
    try {
      roles.startAll();
      return roles;
    } catch (RuntimeException e) {
      roles.close();
      throw e;
    }
  }

  private void startAll() {
    ChildProcess process = coordinator.process();
    var _ =
        process
            .ended()
            .thenAccept(
                code -> {
                  if (!process.isStopping()) {
                    onBroken("the coordinator (pid " + process.pid() + ") ended: " + code);
                  }
                });
    RoleProcess started = RoleProcess.start("host", "host", hostArguments(), this::onBroken);
    host = started;
    HostReady at = Objects.requireNonNull(started.awaitReady().ready(), "ready");
    startReaders(at);
    started.go();
  }

  private void startReaders(HostReady at) {
    StartingRoles starting = new StartingRoles();
    for (int first = 0; first < options.devices(); first += options.devicesPerProcess()) {
      RoleProcess process = startDevices(first, at);
      devices.add(process);
      starting.add(process);
    }
    if (options.mappers() > 0) {
      RoleProcess process =
          RoleProcess.start("mappers", "mappers", mapperArguments(at), this::onLost);
      mappers = process;
      starting.add(process);
    }
    starting.awaitReady();
  }

  private RoleProcess startDevices(int first, HostReady at) {
    int end = Math.min(options.devices(), first + options.devicesPerProcess());
    String what = "device-" + first + (end - first == 1 ? "" : " to device-" + (end - 1));
    return RoleProcess.start("devices", what, deviceArguments(first, end, at), this::onLost);
  }

  private void onBroken(String what) {
    if (broken.compareAndSet(null, what)) {
      news.accept(what);
    }
  }

  private void onLost(String what) {
    lost.add(what);
    news.accept(what + "; its sessions expire, the others go on");
  }

  private Arguments hostArguments() {
    return common("host")
        .and("--hold")
        .with("--pages", options.pages())
        .with("--changes", options.changes())
        .with("--changes-per-second", options.changesPerSecond())
        .with("--ack-deadline", DemoOptions.ACK_DEADLINE);
  }

  private Arguments deviceArguments(int first, int end, HostReady at) {
    return common("device")
        .with("--devices", end - first)
        .with("--first-index", first)
        .with("--reads-per-second", options.readsPerSecondOfDevice())
        .with(at);
  }

  private Arguments mapperArguments(HostReady at) {
    return common("mapper")
        .with("--mappers", options.mappers())
        .with("--snapshots-per-second", EmbeddedRoles.SNAPSHOTS_PER_SECOND)
        .with(at);
  }

  private Arguments common(String command) {
    return Arguments.ofRole(command, coordinator.target())
        .with("--seed", options.seed())
        .with("--ttl", options.ttl());
  }

  @Override
  public String target() {
    return coordinator.target();
  }

  @Override
  public List<RolePlace> places() {
    List<RolePlace> places = new ArrayList<>();
    places.add(
        new RolePlace(
            "coordinator",
            coordinator.process().pid(),
            coordinator.target() + ", " + coordinator.adminUrl()));
    players()
        .forEach(player -> places.add(new RolePlace(player.role(), player.pid(), player.what())));
    return places;
  }

  private List<RoleProcess> players() {
    List<RoleProcess> players = new ArrayList<>();
    if (host != null) {
      players.add(host);
    }
    players.addAll(devices);
    if (mappers != null) {
      players.add(mappers);
    }
    return players;
  }

  @Override
  public DemoCounts counts() {
    List<RoleReport> reports =
        players().stream().flatMap(player -> player.report().stream()).toList();
    return new DemoCounts(
        RoleReport.hostsOf(reports).orElseThrow(),
        RoleReport.devicesOf(reports).orElseThrow(),
        RoleReport.mappersOf(reports).orElse(null));
  }

  @Override
  public Optional<String> broken() {
    return Optional.ofNullable(broken.get());
  }

  @Override
  public List<String> lostProcesses() {
    return List.copyOf(lost);
  }

  @Override
  public DemoCounts finish() {
    RoleProcess source = host;
    if (source == null) {
      throw RunFailure.foundWrong("the host was never started");
    }
    source.pause();
    source.awaitFinal();
    List<RoleProcess> readers = new ArrayList<>(players());
    readers.remove(source);
    readers.forEach(RoleProcess::pause);
    readers.forEach(RoleProcess::awaitFinal);
    DemoCounts counts = counts();
    closeClients();
    return counts;
  }

  /** Devices and mappers first: the host releases the address space when it goes. */
  private void closeClients() {
    List<RoleProcess> readers = new ArrayList<>(devices);
    if (mappers != null) {
      readers.add(mappers);
    }
    readers.forEach(RoleProcess::stop);
    readers.forEach(RoleProcess::close);
    if (host != null) {
      host.close();
    }
  }

  @Override
  public void close() {
    try {
      closeClients();
    } finally {
      coordinator.close();
    }
  }
}
