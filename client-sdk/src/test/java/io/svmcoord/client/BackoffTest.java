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
  void reset_afterAttempts_startsAtOnceAgain() {
    Backoff backoff = new Backoff(50, 2_000, new Random(1));
    backoff.nextNanos();
    backoff.nextNanos();

    backoff.reset();

    assertThat(backoff.nextNanos()).isZero();
  }
}
