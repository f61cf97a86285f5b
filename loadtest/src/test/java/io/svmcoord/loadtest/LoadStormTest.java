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
        SvmRun.ofFastJvms(
            "load",
            "storm",
            "--devices=500",
            "--devices-per-process=250",
            "--storms=1",
            "--calm=1s",
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
  void isolation_oneRound_loadsBothPhasesAlike() {
    SvmRun run =
        SvmRun.ofFastJvms(
            "load",
            "isolation",
            "--devices=1",
            "--begins-per-second=200",
            "--waiting=4",
            "--rounds=1",
            "--phase=1s",
            "-o",
            "json");
    assertThat(run.exitCode()).as("%s%n%s", run.err(), run.out()).isZero();
    JsonNode report = run.json();
    JsonNode free = report.path("rounds").path(0).path("free");
    JsonNode stopped = report.path("rounds").path(0).path("stopped");
    assertThat(free.path("measured_per_s").asDouble()).isPositive();
    assertThat(stopped.path("measured_per_s").asDouble()).isPositive();
    assertThat(free.path("troubled_per_s").asDouble()).isPositive();
    assertThat(stopped.path("troubled_per_s").asDouble(-1)).isZero();
    assertThat(stopped.path("filler_per_s").asDouble())
        .as("what the stopped space does not take: %s", run.out())
        .isPositive();
    assertThat(report.path("load_ratio").path("median").asDouble()).isBetween(0.5, 2.0);
    assertThat(report.path("p99_ratio").path("median").asDouble()).isPositive();
  }

  @Test
  void storm_badOptions_areRefusedByName() {
    SvmRun run = SvmRun.of("load", "storm", "--devices=50000", "--devices-per-process=100");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--devices-per-process: 100, so 500 processes");
  }
}
