package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.process.ChildProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DemoCommandTest {
  /** Lease of 1 s, guard of a tenth of it. */
  private static final double LEASE_AND_GUARD_MILLIS = 1_100;

  /** A machine with much to do may be late by so much. */
  private static final double SLACK_MILLIS = 3_000;

  @Test
  @Timeout(120)
  void demo_embedded_reportsEveryFieldAndNothingStale() {
    SvmRun run =
        SvmRun.of(
            "demo",
            "--duration",
            "3s",
            "--devices",
            "4",
            "--mappers",
            "2",
            "--pages",
            "512",
            "--admin-port",
            "0",
            "-o",
            "json");

    assertThat(run.exitCode()).describedAs(run.err() + run.out()).isZero();
    JsonNode json = run.json();
    assertThat(json.path("stale_pages").asLong(-1)).isZero();
    assertThat(json.path("unfinished").asLong(-1)).isZero();
    assertThat(json.path("reads_checked").asLong()).isPositive();
    assertThat(json.path("invalidations").asLong()).isPositive();
    assertThat(json.path("invalidations_per_s").asDouble()).isPositive();
    assertThat(json.path("max_concurrent_begins").asLong()).isGreaterThan(1);
    assertThat(json.path("expired_sessions").isInt()).isTrue();
    assertThat(json.path("fanout_p50_us").asDouble()).isPositive();
    assertThat(json.path("fanout_p99_us").asDouble())
        .isGreaterThanOrEqualTo(json.path("fanout_p50_us").asDouble());
    assertThat(json.path("fanout_p999_us").asDouble())
        .isGreaterThanOrEqualTo(json.path("fanout_p99_us").asDouble());
    assertThat(json.path("begin_max_ms").asDouble()).isPositive();
    assertThat(json.path("faults").asLong()).isPositive();
    assertThat(json.path("devices").asInt()).isEqualTo(4);
    assertThat(json.path("mappers").asInt()).isEqualTo(2);
    assertThat(json.path("duration_s").asDouble()).isGreaterThanOrEqualTo(3);
    assertThat(json.path("retries").isObject()).isTrue();
    assertThat(json.path("lease_events").isObject()).isTrue();
    assertThat(json.path("ended_sessions").isArray()).isTrue();
    assertThat(run.err()).contains("coordinator", "page reads checked");
  }

  @Test
  @Timeout(180)
  void demo_deviceProcessKilled_nothingStaleNothingHangsAndItsSessionsAreNamed() {
    List<JsonNode> printed = new ArrayList<>();
    List<String> arguments =
        List.of(
            "demo",
            "--processes",
            "--duration",
            "10s",
            "--devices",
            "4",
            "--devices-per-process",
            "2",
            "--mappers",
            "1",
            "--pages",
            "512",
            "--ttl",
            "1s",
            "--admin-port",
            "0",
            "-o",
            "json");
    try (ChildProcess demo =
        ChildProcess.start("demo", FastJvm.launch(), arguments, printed::add)) {
      ProcessHandle victim = awaitDeviceProcess(demo.pid());
      awaitBegins(valueOf(victim, "--target"), 100);
      assertThat(victim.destroyForcibly()).isTrue();

      int exitCode = demo.ended().orTimeout(150, TimeUnit.SECONDS).join();

      assertThat(printed).describedAs("exit code " + exitCode).hasSize(1);
      JsonNode json = printed.getFirst();
      assertThat(exitCode).describedAs(json.toString()).isZero();
      assertThat(json.path("stale_pages").asLong(-1)).isZero();
      assertThat(json.path("unfinished").asLong(-1)).isZero();
      assertThat(json.path("reads_checked").asLong()).isPositive();
      // A busy machine may expire others too: they come back, and that is no fault.
      assertThat(json.path("expired_sessions").asInt()).isGreaterThanOrEqualTo(2);
      assertThat(json.path("ended_sessions").findValuesAsText("name"))
          .contains("device-0", "device-1");
      assertThat(json.path("lost_processes").get(0).asText()).contains("pid " + victim.pid());
      assertThat(json.path("begin_max_ms").asDouble())
          .isLessThan(LEASE_AND_GUARD_MILLIS + SLACK_MILLIS);
    }
  }

  @Test
  @Timeout(180)
  void demo_killedItself_leavesNoProcessBehind() {
    List<String> arguments =
        List.of(
            "demo",
            "--processes",
            "--duration",
            "1m",
            "--devices",
            "1",
            "--mappers",
            "0",
            "--pages",
            "64",
            "--admin-port",
            "0",
            "-o",
            "json");
    try (ChildProcess demo = ChildProcess.start("demo", FastJvm.launch(), arguments, line -> {})) {
      awaitDeviceProcess(demo.pid());
      List<ProcessHandle> children =
          ProcessHandle.of(demo.pid()).orElseThrow().descendants().toList();
      assertThat(children).hasSizeGreaterThanOrEqualTo(3);

      ProcessHandle.of(demo.pid()).orElseThrow().destroyForcibly();

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
    }
  }

  /** The process of device-0 and device-1. */
  private static ProcessHandle awaitDeviceProcess(long demoPid) {
    return await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> deviceProcess(demoPid), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<ProcessHandle> deviceProcess(long demoPid) {
    return ProcessHandle.of(demoPid)
        .orElseThrow()
        .children()
        .filter(child -> arguments(child).containsAll(List.of("device", "--first-index=0")))
        .findFirst();
  }

  private static List<String> arguments(ProcessHandle process) {
    return process.info().arguments().map(List::of).orElse(List.of());
  }

  private static String valueOf(ProcessHandle process, String option) {
    return arguments(process).stream()
        .filter(argument -> argument.startsWith(option + "="))
        .map(argument -> argument.substring(option.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  /** The host begins when everybody is there. */
  private static void awaitBegins(String target, int begins) {
    await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> {
              SvmRun run = SvmRun.of("ctl", "spaces", "--target", target, "-o", "json");
              long begun = 0;
              for (JsonNode space : run.json().path("spaces")) {
                begun += space.path("sequence").asLong();
              }
              return begun >= begins;
            });
  }
}
