package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** One channel and the sessions on it. Thread-safe. */
final class SvmClientImpl implements SvmClient {
  private final ClientRuntime runtime;

  // In the order in which they were opened, also when they are closed: a simulation runs the same
  // twice.
  private final Queue<DeviceSession> devices = new ConcurrentLinkedQueue<>();
  private final Queue<HostSession> hosts = new ConcurrentLinkedQueue<>();

  SvmClientImpl(ClientRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public AddressSpaces addressSpaces() {
    return new AddressSpacesImpl(runtime);
  }

  @Override
  public HostSession openHost(HostOptions options) {
    MirrorLock.requireNone("SvmClient.openHost");
    hosts.removeIf(host -> host.state() == SessionState.CLOSED);
    HostSession host = HostSessionImpl.open(runtime, requireNonNull(options, "options"));
    hosts.add(host);
    return host;
  }

  @Override
  public DeviceSession openDevice(DeviceOptions options) {
    MirrorLock.requireNone("SvmClient.openDevice");
    devices.removeIf(device -> device.state() == SessionState.CLOSED);
    DeviceSession device = DeviceSessionImpl.open(runtime, requireNonNull(options, "options"));
    devices.add(device);
    return device;
  }

  @Override
  public Mapper mapper(long spaceId) {
    return new MapperImpl(runtime, spaceId);
  }

  @Override
  public void close() {
    MirrorLock.requireNone("SvmClient.close");
    // 1. Devices stop using pages and leave, so that nobody waits for their leases.
    closeAll(devices.stream().map(device -> (Runnable) device::close));
    // 2. Hosts leave; what they had not ended is ended.
    closeAll(hosts.stream().map(host -> (Runnable) host::close));
    // 3. Nothing needs a heartbeat or the channel any more.
    runtime.environment().close();
    runtime.channel().shutdownNow();
  }

  /** All at once: together they wait no longer than one of them. */
  private void closeAll(Stream<Runnable> sessions) {
    CompletableFuture<?>[] all =
        sessions
            .map(close -> CompletableFuture.runAsync(close, runtime.background()))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(all).join();
  }
}
