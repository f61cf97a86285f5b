package io.svmcoord.client;

import io.svmcoord.v1.SessionOpened;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lease of one session, whichever stream carries it: a {@link LeaseClock} that asks for the
 * times itself. A resume renews it as a heartbeat does, so a lease that was over for a moment is
 * over for good, also for a resume that is answered later. Thread-safe, never blocks.
 */
final class SessionLease {
  private final ClientEnvironment environment;
  private final long openedAtNanos;
  private final long openedAtWallMillis;

  /** Guarded by this; null until the session is open. */
  private @Nullable LeaseClock clock;

  /** Guarded by this; 0 until the session is open. */
  private long heartbeatNanos;

  /** A session is about to be opened: its lease counts from now on (promise G4). */
  SessionLease(ClientEnvironment environment) {
    this.environment = environment;
    this.openedAtNanos = environment.nanos();
    this.openedAtWallMillis = environment.wallMillis();
  }

  /** The coordinator granted the session: the lease runs. */
  synchronized void granted(SessionOpened opened) {
    heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, opened.getHeartbeatMillis()));
    clock =
        new LeaseClock(
            openedAtNanos,
            openedAtWallMillis,
            TimeUnit.MILLISECONDS.toNanos(opened.getTtlMillis()),
            TimeUnit.MILLISECONDS.toNanos(opened.getGuardMillis()));
  }

  /** Time between two heartbeats; 0 before the session is open. */
  synchronized long heartbeatNanos() {
    return heartbeatNanos;
  }

  /** How long the coordinator may take for an answer before it counts as missed. */
  synchronized long patienceNanos() {
    return heartbeatNanos + heartbeatNanos / 2;
  }

  /**
   * A heartbeat or a resume is about to be sent; returns its number. The time is taken here, before
   * the message exists, so it is never later than its sending.
   */
  synchronized long sending() {
    return clock == null ? 0 : clock.heartbeat(environment.nanos(), environment.wallMillis());
  }

  /** What was sent under this number was answered. */
  synchronized void answered(long number, int ttlMillis) {
    if (clock != null) {
      clock.answered(number, TimeUnit.MILLISECONDS.toNanos(ttlMillis));
    }
  }

  /** Whether what was sent under this number waits for its answer, or for that of a later one. */
  synchronized boolean isUnanswered(long number) {
    return clock != null && clock.isUnanswered(number);
  }

  /** Time until the lease is over by this machine's own clocks; 0 from then on. */
  synchronized long leftNanos() {
    return clock == null ? 0 : clock.leftNanos(environment.nanos(), environment.wallMillis());
  }

  /** Gives the lease up. */
  synchronized void revoke() {
    if (clock != null) {
      clock.revoke();
    }
  }
}
