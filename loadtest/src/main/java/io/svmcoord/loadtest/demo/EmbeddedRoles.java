package io.svmcoord.loadtest.demo;

import io.svmcoord.loadtest.emulator.DeviceEmulator;
import io.svmcoord.loadtest.emulator.DeviceEmulatorOptions;
import io.svmcoord.loadtest.emulator.HostEmulator;
import io.svmcoord.loadtest.emulator.HostEmulatorOptions;
import io.svmcoord.loadtest.emulator.MapperEmulator;
import io.svmcoord.loadtest.emulator.MapperEmulatorOptions;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All roles in this process, with TCP between them. Confined to one thread, but for {@link
 * #counts}.
 */
final class EmbeddedRoles implements DemoRoles {
  private final SvmServer server;
  private final HostEmulator host;
  private final DeviceEmulator devices;
  private final @Nullable MapperEmulator mappers;

  private EmbeddedRoles(
      SvmServer server,
      HostEmulator host,
      DeviceEmulator devices,
      @Nullable MapperEmulator mappers) {
    this.server = server;
    this.host = host;
    this.devices = devices;
    this.mappers = mappers;
  }

  /** Starts everybody; blocks until all are connected. */
  static EmbeddedRoles start(DemoOptions options, int adminPort) {
    Deque<Runnable> started = new ArrayDeque<>();
    try {
      ServerConfig config =
          ServerConfig.defaults()
              .with("listen", "127.0.0.1:0")
              .with("admin", "127.0.0.1:" + adminPort);
      SvmServer server = SvmServer.start(config);
      started.push(server::close);
      String target = "127.0.0.1:" + server.port();
      HostEmulator host = HostEmulator.open(hostOptions(options, target));
      started.push(host::close);
      DeviceEmulator devices = DeviceEmulator.start(deviceOptions(options, target, host.ready()));
      started.push(devices::close);
      MapperEmulator mappers =
          options.mappers() == 0
              ? null
              : MapperEmulator.start(mapperOptions(options, target, host.ready()));
      host.startChanges();
      return new EmbeddedRoles(server, host, devices, mappers);
    } catch (RuntimeException e) {
      started.forEach(Runnable::run);
      throw e;
    }
  }

  private static HostEmulatorOptions hostOptions(DemoOptions options, String target) {
    return HostEmulatorOptions.builder(target)
        .pages(options.pages())
        .changeLoops(options.changes())
        .changesPerSecond(options.changesPerSecond())
        .ackDeadline(DemoOptions.ACK_DEADLINE)
        .ttl(options.ttl())
        .seed(options.seed())
        .build();
  }

  private static DeviceEmulatorOptions deviceOptions(
      DemoOptions options, String target, HostReady at) {
    return DeviceEmulatorOptions.builder(target, at)
        .devices(options.devices())
        .readsPerSecond(options.readsPerSecondOfDevice())
        .ttl(options.ttl())
        .seed(options.seed())
        .build();
  }

  private static MapperEmulatorOptions mapperOptions(
      DemoOptions options, String target, HostReady at) {
    return MapperEmulatorOptions.builder(target, at)
        .mappers(options.mappers())
        .snapshotsPerSecond(SNAPSHOTS_PER_SECOND)
        .seed(options.seed())
        .build();
  }

  /** Page lists of each mapper: enough to meet every kind of change, little beside the devices. */
  static final int SNAPSHOTS_PER_SECOND = 50;

  @Override
  public String target() {
    return "127.0.0.1:" + server.port();
  }

  @Override
  public List<RolePlace> places() {
    long pid = ProcessHandle.current().pid();
    return List.of(
        new RolePlace(
            "coordinator",
            pid,
            target() + ", http://127.0.0.1:" + server.adminPort() + "/, " + server.transport()),
        new RolePlace("host, devices, mappers", pid, "this process"));
  }

  @Override
  public DemoCounts counts() {
    return new DemoCounts(host.stats(), devices.stats(), mappers == null ? null : mappers.stats());
  }

  @Override
  public Optional<String> broken() {
    return Optional.empty();
  }

  @Override
  public List<String> lostProcesses() {
    return List.of();
  }

  @Override
  public DemoCounts finish() {
    host.stop();
    if (mappers != null) {
      mappers.stop();
    }
    devices.stop();
    DemoCounts counts = counts();
    closeClients();
    return counts;
  }

  private void closeClients() {
    if (mappers != null) {
      mappers.close();
    }
    devices.close();
    host.close();
  }

  @Override
  public void close() {
    try {
      closeClients();
    } finally {
      server.close();
    }
  }
}
