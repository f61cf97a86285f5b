package io.svmcoord.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LinkClockTest {
  private static final long SECOND = 1_000_000_000;

  private final LinkClock clock = new LinkClock();

  @Test
  void release_noFaults_isNow() {
    assertThat(clock.release(100, LinkFaults.NONE, 5)).isEqualTo(5);
    assertThat(clock.release(100, LinkFaults.NONE, 7)).isEqualTo(7);
  }

  @Test
  void release_delayed_piecesFollowEachOtherWithoutAddingUp() {
    LinkFaults delayed = LinkFaults.NONE.withDelay(Duration.ofSeconds(1));
    assertThat(clock.release(100, delayed, 0)).isEqualTo(SECOND);
    assertThat(clock.release(100, delayed, 10)).isEqualTo(SECOND + 10);
  }

  @Test
  void release_delayTakenAway_staysBehindWhatWasSentBefore() {
    long first = clock.release(1, LinkFaults.NONE.withDelay(Duration.ofSeconds(1)), 0);
    assertThat(clock.release(1, LinkFaults.NONE, 10)).isEqualTo(first);
  }

  @Test
  void release_throttled_takesTheTimeOfItsBytesAndSavesNoneUp() {
    LinkFaults slow = LinkFaults.NONE.withBytesPerSecond(1000);
    assertThat(clock.release(500, slow, 0)).isEqualTo(SECOND / 2);
    assertThat(clock.release(500, slow, 0)).isEqualTo(SECOND);
    assertThat(clock.release(1000, slow, 10 * SECOND)).isEqualTo(11 * SECOND);
  }

  /** Never reordered, never early, also where the monotonic clock wraps. */
  @RepeatedTest(50)
  void release_randomFaults_keepsOrderAndNeverEarly(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    SplittableRandom random = new SplittableRandom(seed);
    long start = random.nextBoolean() ? Long.MAX_VALUE - SECOND : 0;
    long now = start;
    long last = start;
    for (int i = 0; i < 1_000; i++) {
      now += random.nextInt(10_000_000);
      LinkFaults faults =
          new LinkFaults(
              Duration.ofMillis(random.nextInt(50)),
              1 + random.nextInt(1_000_000),
              false,
              LinkFaults.UNLIMITED);
      int bytes = random.nextInt(16_384);
      long release = clock.release(bytes, faults, now);
      assertThat(release - last).as("seed %d", seed).isNotNegative();
      assertThat(release - now)
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(
              faults.delay().toNanos() + bytes * SECOND / faults.bytesPerSecond());
      last = release;
    }
  }

  @Test
  void faults_outsideTheLimits_areRefusedByName() {
    assertThatThrownBy(() -> LinkFaults.NONE.withDelay(Duration.ofMinutes(2)))
        .hasMessage("delay: PT2M (expected: 0 to PT1M)");
    assertThatThrownBy(() -> LinkFaults.NONE.withBytesPerSecond(0))
        .hasMessage("bytesPerSecond: 0 (expected: 1 or more)");
    assertThatThrownBy(() -> LinkFaults.NONE.withBytesUntilCut(-1))
        .hasMessage("bytesUntilCut: -1 (expected: 0 or more)");
  }
}
