package io.svmcoord.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnreadReportTest {
  private static UnreadReport report(
      long bytes, long notices, double heapAfterMb, int catchUps, int resyncs, int missingEnds) {
    return new UnreadReport(
        60,
        1,
        bytes,
        100,
        notices,
        10,
        50,
        heapAfterMb,
        catchUps,
        resyncs,
        missingEnds,
        1,
        1,
        1,
        1,
        1,
        1,
        1);
  }

  @Test
  void fault_atTheLimits_isNone() {
    assertThat(report(100, 10, 82, 1, 1, 0).fault()).isEmpty();
  }

  @Test
  void fault_pastALimit_namesIt() {
    assertThat(report(101, 10, 82, 1, 1, 0).fault())
        .contains("queue_bytes_max: 101 (expected: at most 100)");
    assertThat(report(100, 11, 82, 1, 1, 0).fault())
        .contains("queue_notices_max: 11 (expected: at most 10)");
    assertThat(report(100, 10, 82.5, 1, 1, 0).fault())
        .contains("heap_after_mb: 82.5 (expected: at most 82.0, which is 32 more than before)");
  }

  @Test
  void fault_toldMoreOrLessThanOnce_namesBothCounts() {
    assertThat(report(100, 10, 82, 0, 0, 0).fault())
        .contains("catch_ups: 0, resyncs: 0 (expected: 1 and 1)");
    assertThat(report(100, 10, 82, 2, 1, 0).fault()).isPresent();
    assertThat(report(100, 10, 82, 1, 0, 0).fault()).isPresent();
  }

  @Test
  void fault_endThatWasNotTold_isOne() {
    assertThat(report(100, 10, 82, 1, 1, 3).fault()).contains("missing_ends: 3 (expected: 0)");
  }
}
