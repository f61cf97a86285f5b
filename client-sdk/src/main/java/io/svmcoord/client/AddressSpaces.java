package io.svmcoord.client;

import java.time.Duration;
import java.util.List;

/**
 * Makes, shows and releases address spaces. Every call blocks for one round trip, at most for the
 * client's deadline. Thread-safe.
 */
public interface AddressSpaces {
  /**
   * Makes an address space.
   *
   * @param name 1 to 128 characters of {@code [A-Za-z0-9._/-]}, unique among the living
   * @param pageSizeBytes a power of two from 4096 to 2^30
   * @throws AlreadyExistsException if the name is taken; its metadata has {@code space_id}
   */
  AddressSpaceInfo create(String name, long pageSizeBytes);

  /**
   * Shows the address space of an id.
   *
   * @throws NotFoundException if there is none
   */
  AddressSpaceInfo get(long id);

  /**
   * Shows the address space of a name.
   *
   * @throws NotFoundException if there is none
   */
  AddressSpaceInfo getByName(String name);

  /** Lists all address spaces by ascending id; one round trip for each 1000. */
  List<AddressSpaceInfo> list();

  /**
   * Releases an address space: every subscriber drops it, then its subscriptions and tokens are
   * dead. Waits until that is done, for silent devices at most until their leases are over.
   *
   * @throws NotFoundException if there is none
   */
  FanOut delete(long id);

  /**
   * As {@link #delete(long)}.
   *
   * @param ackDeadline time that devices have for their ack before they are evicted, 1 ms to 60 s
   */
  FanOut delete(long id, Duration ackDeadline);
}
