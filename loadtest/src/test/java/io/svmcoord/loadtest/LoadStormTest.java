package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Everybody is cut off at once, and comes back. */
@Timeout(300)
class LoadStormTest {
  @Test
  void storm_fiveHundredSessions_allComeBackAndEveryBeginIsWithinItsBound() {
    SvmRun run =
        SvmRun.of(
            "load",
            "storm",
            "--devices=500",
            "--devices-per-process=250",
            "--storms=1",
            "--ttl=3s",
            "-o",
            "json");
    assertThat(run.exitCode()).as("%s%n%s", run.err(), run.out()).isZero();
    JsonNode report = run.json();
    assertThat(report.path("sessions").asInt()).isEqualTo(500);
    assertThat(report.path("readmitted_s").size()).isEqualTo(1);
    assertThat(report.path("unaccounted_sessions").asInt(-1)).isZero();
    assertThat(report.path("out_of_bound").asLong(-1)).isZero();
    assertThat(report.path("stale_pages").asLong(-1)).isZero();
    assertThat(report.path("begins").asLong()).isPositive();
  }

  @Test
  void isolation_oneRound_measuresBothAndTheOtherSpaceIsStuck() {
    SvmRun run =
        SvmRun.of("load", "isolation", "--devices=1", "--rounds=1", "--phase=1s", "-o", "json");
    assertThat(run.exitCode()).as("%s%n%s", run.err(), run.out()).isZero();
    JsonNode report = run.json();
    assertThat(report.path("begins_of_stopped").asLong(-1)).isZero();
    JsonNode round = report.path("rounds").path(0);
    assertThat(round.path("begins").asLong()).isPositive();
    assertThat(round.path("stopped_begins").asLong()).isPositive();
    assertThat(report.path("p99_ratio_median").asDouble()).isPositive();
  }

  @Test
  void storm_badOptions_areRefusedByName() {
    SvmRun run = SvmRun.of("load", "storm", "--devices=50000", "--devices-per-process=100");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--devices-per-process: 100, so 500 processes");
  }
}
