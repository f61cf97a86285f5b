package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ConformanceCommandTest {

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void run_withTheExample_reportsInJsonThatAllIsWell() throws Exception {
    String port = Integer.toString(freePort());
    CompletableFuture<SvmRun> example =
        CompletableFuture.supplyAsync(
            () -> SvmRun.of("conformance", "example", "--target", "127.0.0.1:" + port));
    SvmRun run =
        SvmRun.of(
            "conformance",
            "device",
            "--listen",
            port,
            "--checks",
            "every-range,late-mark",
            "-o",
            "json");

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.err()).contains("listening on 127.0.0.1:" + port);
    JsonNode report = run.json();
    assertThat(report.get("passed").asInt()).isEqualTo(2);
    assertThat(report.get("failed").asInt()).isZero();
    assertThat(report.get("skipped").asInt()).isZero();
    assertThat(report.get("checks").get(0).get("name").asText()).isEqualTo("late-mark");
    assertThat(report.get("checks").get(0).get("promise").asText()).isEqualTo("G1 R4");
    assertThat(report.get("checks").get(0).get("result").asText()).isEqualTo("PASS");
    assertThat(report.get("checks").get(0).get("seen").asText()).isEqualTo("started over");
    assertThat(example.join().exitCode()).isZero();
  }

  @Test
  void run_noProgramComes_isFoundWrong() {
    SvmRun run = SvmRun.of("conformance", "device", "--listen", "0", "--wait", "1ms");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("workers: 0 asked for instructions");
  }

  @Test
  void checks_lists_whatIsPlayed() {
    SvmRun run = SvmRun.of("conformance", "checks");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("late-mark").contains("G1 R4");
  }
}
