package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real processes and sockets, real kills and pauses; the promises hold all the same. */
@Timeout(600)
class ChaosCommandTest {
  /** The schedule of this seed has nearly every fault there is. */
  @Test
  void chaos_oneMinute_nothingStaleEverythingBoundedAndAccountedFor() {
    SvmRun run = SvmRun.of("chaos", "--duration", "60s", "--seed", "1717", "-o", "json");
    assertThat(run.exitCode()).as("%s%n%s", run.err(), run.out()).isZero();
    JsonNode report = run.json();
    assertThat(report.path("stale_pages").asLong(-1)).isZero();
    assertThat(report.path("out_of_bound").asLong(-1)).isZero();
    assertThat(report.path("unaccounted_sessions").asLong(-1)).isZero();
    assertThat(report.path("left_over_invalidations").asLong(-1)).isZero();
    assertThat(report.path("begins").asLong()).isPositive();
    assertThat(report.path("reads_checked").asLong()).isPositive();
    assertThat(report.path("schedule").size()).isPositive();
  }
}
