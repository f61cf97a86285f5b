package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.GrpcPageSource;
import io.svmcoord.client.MirrorStats;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.loadtest.report.DeviceStats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Devices that mirror a host's pages, fault them in, read and write them, and have every read
 * judged. They survive the loss of their sessions: what they read after their lease is not judged,
 * and they go on when they are connected again.
 *
 * <p>Thread-safe. {@link #start}, {@link #stop} and {@link #close} block.
 */
public final class DeviceEmulator extends Emulator {
  /** Most connections if their number is not given and each device has a stream of its own. */
  static final int CONNECTIONS_DEFAULT_MAX = 16;

  private final DeviceEmulatorOptions options;
  private final DeviceCounters counters = new DeviceCounters();
  private final List<EmulatedDevice> devices = new ArrayList<>();

  private DeviceEmulator(
      DeviceEmulatorOptions options, UnaryOperator<DeviceOptions> sessionOptions) {
    this.options = options;
    try {
      SharedMemory memory = closer.add(SharedMemory.open(Path.of(options.at().memoryFile())));
      GrpcPageSource source = closer.add(GrpcPageSource.connect(options.at().pageSourceTarget()));
      List<SvmClient> clients = new ArrayList<>();
      for (int i = 0; i < connections(options); i++) {
        clients.add(
            closer.add(
                SvmClient.builder(options.target()).sharedStream(options.sharedStreams()).build()));
      }
      for (int i = 0; i < options.devices(); i++) {
        int number = options.firstIndex() + i;
        DeviceOptions device =
            DeviceOptions.named(options.name() + "-" + number)
                .withTtl(options.ttl())
                .withListener(counters.sessions);
        SvmClient client = clients.get(i % clients.size());
        DeviceSession session =
            Opening.retried(stop, () -> client.openDevice(sessionOptions.apply(device)));
        devices.add(new EmulatedDevice(number, options, memory, source, session, counters, stop));
      }
      devices.forEach(EmulatedDevice::connect);
    } catch (RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /**
   * Opens the memory, connects the devices and starts to read.
   *
   * @throws io.svmcoord.client.SvmException if coordinator or page source can't be reached or
   *     refuse
   */
  public static DeviceEmulator start(DeviceEmulatorOptions options) {
    return start(options, UnaryOperator.identity());
  }

  /** As {@link #start}, with a hand in the options of the sessions. */
  static DeviceEmulator start(
      DeviceEmulatorOptions options, UnaryOperator<DeviceOptions> sessionOptions) {
    DeviceEmulator emulator = new DeviceEmulator(options, sessionOptions);
    for (EmulatedDevice device : emulator.devices) {
      emulator.loops.start(options.name(), device);
    }
    return emulator;
  }

  /** Counters since the start. Doesn't block. */
  public DeviceStats stats() {
    List<MirrorStats> mirrors =
        devices.stream().flatMap(device -> device.mirrorStats().stream()).toList();
    return counters.stats(options.devices(), mirrors);
  }

  @Override
  void stopped() {
    counters.clock.stop();
  }

  private static int connections(DeviceEmulatorOptions options) {
    int most = options.sharedStreams() ? 1 : CONNECTIONS_DEFAULT_MAX;
    return Math.min(options.devices(), options.connections() == 0 ? most : options.connections());
  }
}
