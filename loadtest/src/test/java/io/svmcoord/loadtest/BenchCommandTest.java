package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class BenchCommandTest {

  @Test
  void bench_quick_hasARatioForEveryOperation() {
    SvmRun run = SvmRun.ofFastJvms("bench", "--quick", "--duration", "10ms", "-o", "json");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    JsonNode rows = run.json().path("rows");
    assertThat(rows.valueStream().map(BenchCommandTest::cell))
        .containsExactly(
            "acked fan-out/grpc-relay 1 x 1",
            "acked fan-out/grpc-relay 1 x 16",
            "acked fan-out/grpc-relay 10 x 1",
            "acked fan-out/grpc-relay 10 x 16",
            "acked fan-out/grpc-relay 100 x 1",
            "acked fan-out/grpc-relay 100 x 16",
            "begin, nobody hit: stream/grpc-echo 0 x 1",
            "begin, nobody hit: stream/grpc-echo 0 x 16",
            "begin + end, nobody hit: unary/grpc-calls 0 x 1",
            "begin + end, nobody hit: unary/grpc-calls 0 x 16",
            "read_begin + read_retry: unary/grpc-calls 0 x 1",
            "read_begin + read_retry: unary/grpc-calls 0 x 16");
    assertThat(rows)
        .allSatisfy(
            row -> {
              JsonNode figures = row.path("figures");
              assertThat(figures.path("p50_us").asDouble()).isPositive();
              assertThat(figures.path("p50_ratio").path("median").asDouble()).isPositive();
              assertThat(figures.path("ops_ratio").path("median").asDouble()).isPositive();
            });
  }

  private static String cell(JsonNode row) {
    JsonNode figures = row.path("figures");
    return "%s/%s %d x %d"
        .formatted(
            row.path("operation").asText(),
            row.path("baseline").asText(),
            figures.path("devices").asInt(),
            figures.path("outstanding").asInt());
  }

  @Test
  void bench_badDuration_saysWhatWasExpected() {
    SvmRun run = SvmRun.of("bench", "--quick", "--duration", "1ms");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--duration: 1ms (expected: 10ms to");
  }
}
