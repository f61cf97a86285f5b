package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparePeersTest {
  private static SvmRun compare(String systems, String devices) {
    return SvmRun.ofFastJvms(
        "load",
        "compare-peers",
        "--systems",
        systems,
        "--devices",
        devices,
        "--outstanding",
        "2",
        "--rounds",
        "2",
        "--duration",
        "100ms",
        "--warmup",
        "10ms",
        "-o",
        "json");
  }

  /** Each run fails unless every operation was acked by all devices. */
  @Test
  void comparePeers_javaSystems_rowForEachCell() {
    SvmRun run = compare("svm,grpc-relay,svm-sdk,svm-shared,svm-gateway", "1,30");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    JsonNode json = run.json();
    assertThat(json.path("rows").valueStream().map(ComparePeersTest::cell))
        .containsExactly(
            "svm 1",
            "grpc-relay 1",
            "svm-sdk 1",
            "svm-shared 1",
            "svm-gateway 1",
            "svm 30",
            "grpc-relay 30",
            "svm-sdk 30",
            "svm-shared 30",
            "svm-gateway 30");
    assertThat(json.path("rows")).allSatisfy(ComparePeersTest::hasFigures);
    assertThat(json.path("rows"))
        .allSatisfy(
            row -> assertThat(row.path("p50_ratio").path("median").asDouble()).isPositive());
    assertThat(json.path("rows").path(1).path("ops_ratio").path("median").asDouble()).isEqualTo(1);
    assertThat(json.path("rows"))
        .allSatisfy(
            row -> {
              assertThat(row.path("server_alloc_bytes_per_op").asDouble()).isPositive();
              assertThat(row.path("server_alloc_ratio").path("median").asDouble()).isPositive();
            });
    assertThat(json.path("skipped").isEmpty()).isTrue();
    assertThat(json.path("transport").asText()).isEqualTo("epoll");
  }

  /** What is not installed here is left out, and says so. */
  @Test
  void comparePeers_serversOfOthers_withoutBaseline() {
    SvmRun run = compare("netty-relay,redis,nats,etcd", "3");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    JsonNode json = run.json();
    assertRan(run, "netty-relay", "redis", "nats", "etcd");
    assertThat(json.path("rows")).allSatisfy(ComparePeersTest::hasFigures);
    assertThat(json.path("rows"))
        .allSatisfy(
            row ->
                assertThat(row.path("server_alloc_bytes_per_op").isNull())
                    .isEqualTo(!row.path("system").asText().equals("netty-relay")));
    assertThat(json.path("rows"))
        .allSatisfy(
            row ->
                assertThat(
                        List.of(
                            "p50_ratio",
                            "p99_ratio",
                            "ops_ratio",
                            "server_cpu_ratio",
                            "server_alloc_ratio"))
                    .allSatisfy(field -> assertThat(row.get(field).isNull()).isTrue()));
  }

  /** Other transports, as far as this machine has them. */
  @Test
  void comparePeers_transports_eachAsFarAsItCanBeUsed() {
    SvmRun run = compare("svm-io-uring,svm-unix,svm-2-loops", "3");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    assertRan(run, "svm-io-uring", "svm-unix", "svm-2-loops");
    assertThat(run.json().path("rows")).allSatisfy(ComparePeersTest::hasFigures);
  }

  private static void assertRan(SvmRun run, String... systems) {
    JsonNode json = run.json();
    List<String> skipped = json.path("skipped").findValuesAsText("system");
    List<String> ran = new ArrayList<>(List.of(systems));
    ran.removeAll(skipped);
    assertThat(json.path("rows").findValuesAsText("system")).isEqualTo(ran);
    skipped.forEach(system -> assertThat(run.err()).contains(system + ": skipped, "));
  }

  private static String cell(JsonNode row) {
    return row.path("system").asText() + " " + row.path("devices").asInt();
  }

  private static void hasFigures(JsonNode row) {
    assertThat(row.path("outstanding").asInt()).isEqualTo(2);
    double p50 = row.path("p50_us").asDouble();
    assertThat(p50).isPositive();
    assertThat(row.path("p50_us_min").asDouble()).isPositive().isLessThanOrEqualTo(p50);
    assertThat(row.path("p50_us_max").asDouble()).isGreaterThanOrEqualTo(p50);
    assertThat(row.path("p99_us").asDouble()).isGreaterThanOrEqualTo(p50);
    assertThat(row.path("ops_per_s").asDouble()).isPositive();
    assertThat(row.path("server_cpu_us_per_op").isNumber()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--systems     | kafka | --systems: kafka (expected: of svm,",
        "--systems     | svm,svm | --systems: [svm, svm] (expected: one or more, each once)",
        "--devices     | 0 | --devices: 0 (expected: 1 to 4000 for redis)",
        "--devices     | 1,1 | --devices: [1, 1] (expected: one or more, each once)",
        "--outstanding | 129 | --outstanding: 129 (expected: 1 to 128)",
        "--rounds      | 0 | --rounds: 0 (expected: 1 to",
        "--duration    | 1ms | --duration: 1ms (expected: 10ms to",
        "--warmup      | 1h | --warmup: 3600000ms (expected: 10ms to"
      })
  void comparePeers_badOption_saysWhatWasExpected(String option, String value, String message) {
    SvmRun run = SvmRun.of("load", "compare-peers", option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }
}
