package io.svmcoord.client;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * A connection to a coordinator: where hosts, devices and mappers start.
 *
 * <pre>{@code
 * try (SvmClient client = SvmClient.connect("127.0.0.1:7070");
 *     DeviceSession device = client.openDevice(DeviceOptions.named("gpu-0"))) {
 *   AddressSpaceInfo space = client.addressSpaces().getByName("process-1");
 *   Mirror mirror = device.mirror(space.id(), range, table, source);
 *   mirror.fault(range, Access.READ, Duration.ofSeconds(1));
 *   mirror.access(() -> table.read(address));
 * }
 * }</pre>
 *
 * <p>One channel for everything. Thread-safe.
 */
public interface SvmClient extends AutoCloseable {
  /**
   * A client with the defaults. Doesn't block: the first call connects.
   *
   * @param target {@code host:port} or a gRPC name such as {@code dns:///svm:7070} or {@code
   *     unix:/run/svm.sock}
   */
  static SvmClient connect(String target) {
    return builder(target).build();
  }

  /**
   * Settings for a client.
   *
   * @param target {@code host:port} or a gRPC name such as {@code dns:///svm:7070} or {@code
   *     unix:/run/svm.sock}
   */
  static Builder builder(String target) {
    return new ClientBuilder(target);
  }

  /** Makes, shows and releases address spaces. */
  AddressSpaces addressSpaces();

  /**
   * Opens a host session; blocks until it is open, at most for the client's deadline.
   *
   * @throws UnavailableException if the coordinator can't be reached
   */
  HostSession openHost(HostOptions options);

  /**
   * Opens a device session; blocks until it is open, at most for the client's deadline.
   *
   * @throws UnavailableException if the coordinator can't be reached, or takes nobody now; {@code
   *     READMISSION_DELAYED}: devices of this name and machine were evicted again and again
   */
  DeviceSession openDevice(DeviceOptions options);

  /** Validates page lists of one address space. Doesn't block. */
  Mapper mapper(long spaceId);

  /**
   * Closes the sessions that were opened here, devices first, then the channel. Blocks for at most
   * twice the client's deadline. Repeating it is harmless.
   */
  @Override
  void close();

  /** Settings for a client. Confined to one thread. */
  interface Builder {
    /** Name of this client, for people: the user agent. Default {@code svm-client}. */
    Builder clientName(String name);

    /** Most time for one round trip that is not meant to wait. Default 10 s. */
    Builder deadline(Duration deadline);

    /**
     * Runs device tables, listeners and dependent stages of futures. It must not run tasks on the
     * thread that submits them. Default: a virtual thread for each.
     */
    Builder callbackExecutor(Executor executor);

    /**
     * Another place to run than this machine's own threads, clocks and network: a simulation. The
     * client closes it. Default {@link ClientEnvironment#system}.
     */
    Builder environment(ClientEnvironment environment);

    /**
     * Whether device sessions share one stream, a gateway, instead of one each. An event for many
     * devices of this client then comes once, and their acks go together; each still has a lease, a
     * resume and a bound of its own. For processes with many devices. Default false.
     */
    Builder sharedStream(boolean isShared);

    /** The client. Doesn't block. */
    SvmClient build();
  }
}
