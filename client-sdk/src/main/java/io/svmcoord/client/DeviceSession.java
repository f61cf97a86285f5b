package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import java.time.Duration;

/**
 * The session of one device: mirrors of any number of address spaces, whose events arrive on one
 * stream whose lease it keeps alive.
 *
 * <p>When the stream breaks, what is mirrored may be used until the lease is over (promise G4).
 * Until then the session resumes by itself when the coordinator can be reached, and nothing is
 * dropped (promise G7); after that, or when the coordinator has put it out, everything is dropped,
 * and the session reopens and subscribes the same ranges. Thread-safe. None of its methods that
 * block may be called from a {@link DeviceTable} or under a mirror's lock.
 */
public interface DeviceSession extends AutoCloseable {
  /** Most mirrors of one session. */
  int MIRRORS_MAX = 4096;

  /**
   * Mirrors a range: subscribes to it and blocks until the coordinator answered, at most for the
   * client's deadline. The mirror is empty; {@link Mirror#fault} fills it.
   *
   * @param range what is mirrored, page aligned
   * @param table the device's page table
   * @param source has the pages
   * @throws NotFoundException if there is no such space
   * @throws InvalidArgumentException if the range is not aligned
   * @throws SessionLostException if the session is not connected or is lost meanwhile
   */
  Mirror mirror(long spaceId, AddressRange range, DeviceTable table, PageSource source);

  /** Its name in listings; changes when it reopens. */
  long sessionId();

  /** Where it stands. */
  SessionState state();

  /** Time until the lease is over by this machine's own clock; zero when it is. */
  Duration leaseLeft();

  /**
   * Leaves: every mirror drops everything, then the coordinator is told. Blocks until it knows, at
   * most for the client's deadline. Repeating it is harmless.
   */
  @Override
  void close();
}
