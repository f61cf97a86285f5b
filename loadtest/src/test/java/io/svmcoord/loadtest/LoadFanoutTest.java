package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class LoadFanoutTest {

  @Test
  void fanout_ownCoordinator_reportsEveryField() {
    SvmRun run =
        SvmRun.of(
            "load",
            "fanout",
            "--devices",
            "3",
            "--duration",
            "2s",
            "--warmup",
            "500ms",
            "--outstanding",
            "2",
            "-o",
            "json");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    JsonNode json = run.json();
    assertThat(json.path("devices").asInt()).isEqualTo(3);
    assertThat(json.path("connections").asInt()).isEqualTo(3);
    assertThat(json.path("outstanding").asInt()).isEqualTo(2);
    assertThat(json.path("ops").asLong()).isPositive();
    assertThat(json.path("ops_per_s").asDouble()).isPositive();
    assertThat(json.path("acks_per_s").asDouble())
        .isGreaterThan(json.path("ops_per_s").asDouble() * 2.9);
    double p50 = json.path("p50_us").asDouble();
    double p99 = json.path("p99_us").asDouble();
    assertThat(p50).isPositive();
    assertThat(p99).isGreaterThanOrEqualTo(p50);
    assertThat(json.path("p999_us").asDouble()).isGreaterThanOrEqualTo(p99);
    assertThat(json.path("max_us").asDouble()).isGreaterThanOrEqualTo(p99);
    assertThat(json.path("incomplete").asLong()).isZero();
    assertThat(json.path("coordinator_cpu_s").asDouble()).isPositive();
    assertThat(json.path("transport").asText()).isEqualTo("epoll");
  }

  @Test
  void fanout_target_leavesNothingBehind() {
    try (RunningServer server = RunningServer.start()) {
      SvmRun run =
          SvmRun.of(
              "load",
              "fanout",
              "--target",
              server.target(),
              "--devices",
              "4",
              "--connections",
              "2",
              "--duration",
              "500ms",
              "--warmup",
              "0s");

      assertThat(run.exitCode()).describedAs(run.err()).isZero();
      assertThat(run.out()).contains("4 devices over 2 connections", "acks/s", "p99.9 us");
      SvmRun spaces = SvmRun.of("ctl", "spaces", "--target", server.target(), "-o", "json");
      assertThat(spaces.json().path("spaces").isEmpty()).isTrue();
    }
  }
}
