package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class LoadMemoryTest {
  @Test
  void memory_aThousandStreams_weighsEachKind() {
    // So many that what a JVM happens to need, or to give back, meanwhile weighs less: a few MB.
    SvmRun run =
        SvmRun.of(
            "load",
            "memory",
            "--streams=1000",
            "--connections=2",
            "--subscriptions=20000",
            "--rounds=1",
            "-o=json");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    JsonNode rows = run.json().path("rows");
    assertThat(rows.valueStream().map(LoadMemoryTest::cell))
        .containsExactly(
            "grpc-relay: 1000 stream and its connection over 1000",
            "svm: 1000 stream and its connection over 1000",
            "svm: 1000 stream of shared connections over 2",
            "svm: 20000 subscription over 10");
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(row.path("heap_bytes").path("median").asDouble()).isPositive());
    assertThat(rows.path(1).path("heap_ratio").path("median").asDouble()).isPositive();
    // Far above what a subscription takes, and far below what anything of a stream would.
    assertThat(rows.path(3).path("heap_bytes").path("median").asDouble()).isLessThan(200);
  }

  private static String cell(JsonNode row) {
    return "%s: %d %s over %d"
        .formatted(
            row.path("system").asText(),
            row.path("count").asInt(),
            row.path("of").asText(),
            row.path("connections").asInt());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--streams=0        | --streams: 0 (expected: 1 to 15000)",
        "--connections=0    | --connections: 0 (expected: 1 to 15000)",
        "--subscriptions=10 | --subscriptions: 10 (expected: 1000 to 4000000)",
        "--rounds=0         | --rounds: 0 (expected: 1 to 1000)"
      })
  void memory_badOption_saysWhatWasExpected(String option, String message) {
    SvmRun run = SvmRun.of("load", "memory", option);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }
}
