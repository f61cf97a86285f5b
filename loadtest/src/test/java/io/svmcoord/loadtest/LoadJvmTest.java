package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class LoadJvmTest {
  /** Fails unless every operation was acked by all devices. */
  @Test
  void jvm_another_isMeasuredAtEachLoad() {
    SvmRun run =
        SvmRun.ofFastJvms(
            "load",
            "jvm",
            "--jvm=-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
            "--devices=2",
            "--outstanding=2",
            "--rounds=2",
            "--duration=100ms",
            "--warmup=10ms",
            "-o=json");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    JsonNode rows = run.json().path("rows");
    assertThat(rows.valueStream().map(LoadJvmTest::cell))
        .containsExactly(
            "FULL default",
            "FULL -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
            "HALF default",
            "HALF -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
            "IDLE default",
            "IDLE -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    assertThat(ops(rows.path(4))).isPositive().isLessThan(ops(rows.path(0)) / 2);
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(row.path("figures").path("p50_ratio").path("median").asDouble())
                    .isPositive());
  }

  private static String cell(JsonNode row) {
    return row.path("load").asText() + " " + row.path("figures").path("system").asText();
  }

  private static double ops(JsonNode row) {
    return row.path("figures").path("ops_per_s").asDouble();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--devices=0       | --devices: 0 (expected: 1 to 4000)",
        "--outstanding=129 | --outstanding: 129 (expected: 1 to 128)",
        "--duration=1ms    | --duration: 1ms (expected: 10ms to 300000ms)"
      })
  void jvm_badOption_saysWhatWasExpected(String option, String message) {
    SvmRun run = SvmRun.of("load", "jvm", option);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  @Test
  void startup_badRounds_saysWhatWasExpected() {
    SvmRun run = SvmRun.of("load", "startup", "--rounds=0");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--rounds: 0 (expected: 1 to 1000)");
  }

  /** Tests run on folders of classes, of which the JVM makes no cache. */
  @Test
  void startup_classPathWithFolders_saysWhy() {
    SvmRun run = SvmRun.of("load", "startup", "--rounds=1");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("AOT cache: class path: ", "(expected: jars alone");
  }
}
