package io.svmcoord.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OutagesTest {
  private final Outages outages = new Outages();

  @Test
  void within_overlappingWindows_countOnce() {
    outages.add(10, 20);
    outages.add(15, 30);
    assertThat(outages.withinNanos(0, 100)).isEqualTo(20);
    assertThat(outages.withinNanos(12, 18)).isEqualTo(6);
    assertThat(outages.withinNanos(30, 100)).isZero();
  }

  @Test
  void within_random_agreesWithCountingEachInstant() {
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    boolean[] isOut = new boolean[200];
    for (int i = 0; i < 20; i++) {
      int start = random.nextInt(200);
      int end = Math.min(200, start + random.nextInt(20));
      outages.add(start, end);
      for (int at = start; at < end; at++) {
        isOut[at] = true;
      }
    }
    for (int start = 0; start < 200; start++) {
      long counted = 0;
      for (int end = start; end < 200; end++) {
        assertThat(outages.withinNanos(start, end))
            .as("seed %d: %d to %d", seed, start, end)
            .isEqualTo(counted);
        counted += isOut[end] ? 1 : 0;
      }
    }
  }
}
