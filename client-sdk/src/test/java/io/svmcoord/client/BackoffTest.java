package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void nextNanos_firstAttempt_isAtOnce() {
    assertThat(new Backoff(50, 2_000, new Random(1)).nextNanos()).isZero();
  }

  @Test
  void nextNanos_manyAttempts_staysUnderDoublingLimit() {
    Backoff backoff = new Backoff(50, 2_000, new Random(1));
    backoff.nextNanos();

    for (int attempt = 0; attempt < 100; attempt++) {
      long limit = Math.min(2_000, 50L << Math.min(attempt, 20));
      assertThat(backoff.nextNanos()).as("attempt %d", attempt).isBetween(0L, limit);
    }
  }

  @Test
  void nextNanos_askedToStayAway_isNoEarlierAndUpToHalfLaterOnce() {
    Backoff backoff = new Backoff(50, 2_000, new Random(1));
    for (int i = 0; i < 100; i++) {
      backoff.asked(10_000);
      assertThat(backoff.nextNanos()).isBetween(10_000L, 15_000L);
      assertThat(backoff.nextNanos()).as("the next one").isLessThanOrEqualTo(2_000);
    }
  }

  @Test
  void nextNanos_askedForAges_isNotKeptAwayForEver() {
    Backoff backoff = new Backoff(50, 2_000, new Random(1));
    backoff.asked(Long.MAX_VALUE);
    assertThat(backoff.nextNanos())
        .isBetween(Backoff.ASKED_NANOS_MAX, Backoff.ASKED_NANOS_MAX * 3 / 2);
  }

  @Test
  void reset_afterAttempts_startsAtOnceAgain() {
    Backoff backoff = new Backoff(50, 2_000, new Random(1));
    backoff.nextNanos();
    backoff.nextNanos();

    backoff.reset();

    assertThat(backoff.nextNanos()).isZero();
  }
}
