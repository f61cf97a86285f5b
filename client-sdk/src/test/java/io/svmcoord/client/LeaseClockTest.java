package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseClockTest {
  private static final long TTL = TimeUnit.SECONDS.toNanos(3);
  private static final long GUARD = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long T0 = Long.MAX_VALUE - 1_000;

  private final LeaseClock lease = new LeaseClock(T0, 5_000, TTL, GUARD);

  @Test
  void leftNanos_afterOpen_countsFromSendTimeLessGuard() {
    assertThat(lease.leftNanos(T0 + 7, 5_000)).isEqualTo(TTL - GUARD - 7);
  }

  @Test
  void leftNanos_atEnd_isZero() {
    assertThat(lease.leftNanos(T0 + TTL - GUARD - 1, 5_000)).isEqualTo(1);
    assertThat(lease.leftNanos(T0 + TTL - GUARD, 5_000)).isZero();
  }

  @Test
  void answered_late_countsFromSendTimeOfThatHeartbeat() {
    long first = lease.heartbeat(T0 + 100, 5_000);
    long second = lease.heartbeat(T0 + 200, 5_000);

    lease.answered(first, TTL);

    assertThat(second).isGreaterThan(first);
    assertThat(lease.leftNanos(T0 + 1_000, 5_000)).isEqualTo(TTL - GUARD - 900);
  }

  @Test
  void isUnanswered_untilItOrALaterOneIs() {
    long first = lease.heartbeat(T0 + 100, 5_000);
    long second = lease.heartbeat(T0 + 200, 5_000);
    assertThat(lease.isUnanswered(first)).isTrue();

    lease.answered(second, TTL);

    assertThat(lease.isUnanswered(first)).isFalse();
    assertThat(lease.isUnanswered(second)).isFalse();
    assertThat(lease.isUnanswered(99)).isFalse();
  }

  @Test
  void answered_outOfOrder_neverMovesEndBack() {
    long first = lease.heartbeat(T0 + 100, 5_000);
    long second = lease.heartbeat(T0 + 200, 5_000);

    lease.answered(second, TTL);
    lease.answered(first, TTL);

    assertThat(lease.leftNanos(T0 + 200, 5_000)).isEqualTo(TTL - GUARD);
  }

  @Test
  void answered_unknownNumber_changesNothing() {
    lease.heartbeat(T0 + 100, 5_000);

    lease.answered(99, TTL);

    assertThat(lease.leftNanos(T0, 5_000)).isEqualTo(TTL - GUARD);
  }

  @Test
  void answered_shorterTtl_neverMovesEndBack() {
    long number = lease.heartbeat(T0 + 100, 5_000);

    lease.answered(number, TTL / 2);

    assertThat(lease.leftNanos(T0, 5_000)).isEqualTo(TTL - GUARD);
  }

  @Test
  void answered_afterOver_doesNotRevive() {
    long number = lease.heartbeat(T0 + TTL - GUARD - 1, 5_000);
    assertThat(lease.leftNanos(T0 + TTL - GUARD, 5_000)).isZero();

    lease.answered(number, TTL);

    assertThat(lease.leftNanos(T0 + TTL - GUARD, 5_000)).isZero();
  }

  @Test
  void leftNanos_machineSlept_isOverByWallClock() {
    assertThat(lease.leftNanos(T0 + 10, 5_000 + 2_900)).isZero();
  }

  @Test
  void leftNanos_wallClockSetBack_goesByMonotonicClock() {
    assertThat(lease.leftNanos(T0 + 10, 0)).isEqualTo(TTL - GUARD - 10);
  }

  @Test
  void revoke_runningLease_isOver() {
    lease.revoke();

    assertThat(lease.leftNanos(T0, 5_000)).isZero();
  }

  /** The client's end is never after the coordinator's, whatever is delayed, lost or reordered. */
  @Test
  void leftNanos_randomDelays_endsBeforeCoordinatorsLease() {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      LeaseClock client = new LeaseClock(0, 0, TTL, GUARD);
      long coordinatorEnd = random.nextLong(TTL) + TTL;
      long now = 0;
      for (int step = 0; step < 50; step++) {
        now += random.nextLong(TTL / 3);
        long number = client.heartbeat(now, 0);
        if (random.nextInt(4) != 0) {
          // The coordinator handles it some time after it was sent, while its lease still runs.
          long handled = now + random.nextLong(TTL / 2);
          if (handled < coordinatorEnd) {
            coordinatorEnd = Math.max(coordinatorEnd, handled + TTL);
            client.answered(number - random.nextInt(2), TTL);
          }
        }
        long clientEnd = now + client.leftNanos(now, 0);
        assertThat(clientEnd == now || clientEnd + GUARD <= coordinatorEnd)
            .as("seed %d step %d", seed, step)
            .isTrue();
      }
    }
  }
}
