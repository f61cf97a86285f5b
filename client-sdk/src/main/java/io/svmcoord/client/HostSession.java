package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * The session of one host: begins and ends invalidations on one stream whose lease it keeps alive.
 *
 * <p>When the stream breaks, begins without an answer fail with {@link SessionLostException}, and
 * the session reopens by itself. Invalidations that had begun stay held until their lease is over
 * and can still be ended: end each, also when that fails, because only when none is held does the
 * next session say so, and a restarted coordinator need not wait for the former one. Thread-safe.
 * None of its methods may be called from a {@link DeviceTable} or under a mirror's lock.
 */
public interface HostSession extends AutoCloseable {
  /** As {@link #begin(long, Collection, Event, BeginOptions)} with {@link BeginOptions#DEFAULT}. */
  Invalidation begin(long spaceId, Collection<AddressRange> ranges, Event event);

  /**
   * Begins an invalidation and blocks until no device uses a page of its ranges any more (promise
   * G1), at most for the bound of G2 or the timeout. Interrupted or past the timeout it is taken
   * back, as if it had ended.
   *
   * @param ranges 1 to 256, page aligned, in any order; overlaps allowed
   * @param event why; not {@link Event#RELEASE}
   * @throws WouldBlockException if non-blockable and a device would have had to wait
   * @throws NotFoundException if there is no such space
   * @throws SessionLostException if the session is not connected, or is lost meanwhile: what became
   *     of the begin is unknown, and nothing may be changed
   * @throws TimedOutException if the timeout or an interrupt ended the wait
   */
  Invalidation begin(
      long spaceId, Collection<AddressRange> ranges, Event event, BeginOptions options);

  /**
   * As {@link #begin(long, Collection, Event, BeginOptions)}, without blocking. Dependent stages
   * run on the client's callback executor. Cancelling the future takes the begin back.
   */
  CompletableFuture<Invalidation> beginAsync(
      long spaceId, Collection<AddressRange> ranges, Event event, BeginOptions options);

  /** Its name in listings; 0 while it was never open. Changes when it reopens. */
  long sessionId();

  /** Where it stands. */
  SessionState state();

  /** Whether it is connected and its lease is running. */
  boolean isLive();

  /** Time until the lease is over by this machine's own clock; zero when it is. */
  Duration leaseLeft();

  /**
   * Leaves: what still runs is ended as if the host had ended it. Blocks until the coordinator
   * knows, at most for the client's deadline. Repeating it is harmless.
   */
  @Override
  void close();
}
