package io.svmcoord.loadtest.canary;

import io.svmcoord.client.AddressSpaceInfo;
import io.svmcoord.client.AlreadyExistsException;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.SvmClient;
import io.svmcoord.client.SvmException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host, a device with its mirror, and a mapper, in a space of their own. Opened for one
 * coordinator and thrown away when it was lost. Confined to the canary's thread.
 */
final class CanaryRoles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CanaryRoles.class);

  /** Most time for one round trip. */
  private static final Duration ROUND_TRIP_MAX = Duration.ofSeconds(5);

  final CanaryPages pages = new CanaryPages();
  final CanaryTable table = new CanaryTable();
  final SvmClient client;
  final long spaceId;
  final HostSession host;
  final DeviceSession device;
  final Mirror mirror;
  final Mapper mapper;

  private CanaryRoles(SvmClient client, CanaryOptions options) {
    this.client = client;
    spaceId = ownSpace(client, options);
    host = client.openHost(HostOptions.named(options.spaceName()).withTtl(options.ttl()));
    device = client.openDevice(DeviceOptions.named(options.spaceName()).withTtl(options.ttl()));
    mirror = device.mirror(spaceId, CanaryPages.all(), table, pages);
    mapper = client.mapper(spaceId);
  }

  /**
   * Opens everything; blocks for some round trips, and, where a canary has left its space behind,
   * until nobody uses it any more.
   *
   * @throws SvmException if the coordinator does not answer or refuses
   * @throws SpaceInUseException if the space has subscribers
   */
  static CanaryRoles open(CanaryOptions options) {
    SvmClient client =
        SvmClient.builder(options.target())
            .clientName("svm-canary")
            .deadline(ROUND_TRIP_MAX)
            .build();
    try {
      return new CanaryRoles(client, options);
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private static long ownSpace(SvmClient client, CanaryOptions options) {
    String name = options.spaceName();
    try {
      return client.addressSpaces().create(name, CanaryPages.PAGE_BYTES).id();
    } catch (AlreadyExistsException e) {
      AddressSpaceInfo left = client.addressSpaces().getByName(name);
      if (left.subscriptions() > 0) {
        throw new SpaceInUseException(left, e);
      }
      log.warn("releasing {}, which was left behind", name);
      var _ = client.addressSpaces().delete(left.id(), CanaryOptions.ACK_DEADLINE);
      return client.addressSpaces().create(name, CanaryPages.PAGE_BYTES).id();
    }
  }

  /** The canary's space is another's: of one that runs, or of one that crashed a moment ago. */
  static final class SpaceInUseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SpaceInUseException(AddressSpaceInfo space, AlreadyExistsException cause) {
      super(
          "space %s: %d subscriptions (expected: none; another canary of this name runs, or its lease"
                  .formatted(space.name(), space.subscriptions())
              + " is not over)",
          cause);
    }
  }

  /** Whether both sessions are in order by what this side knows. */
  boolean areLive() {
    return host.isLive() && device.leaseLeft().isPositive() && mirror.ranges().size() == 1;
  }

  /** Releases the space, as far as the coordinator can be reached, and leaves. */
  void release() {
    try {
      device.close();
      host.close();
      var _ = client.addressSpaces().delete(spaceId, CanaryOptions.ACK_DEADLINE);
    } catch (SvmException e) {
      log.warn("the space is left behind: {}", e.getMessage());
    }
  }

  /** Leaves; the space stays. */
  @Override
  public void close() {
    client.close();
  }
}
