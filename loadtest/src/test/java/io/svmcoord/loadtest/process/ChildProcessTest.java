package io.svmcoord.loadtest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChildProcessTest {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
  private static final List<String> SERVE =
      List.of(
          "serve",
          "--listen",
          "127.0.0.1:0",
          "--admin",
          "127.0.0.1:0",
          "--stop-with-stdin",
          "-o",
          "json");

  @Test
  void stop_running_endsByItself() {
    List<JsonNode> lines = new CopyOnWriteArrayList<>();
    try (ChildProcess child = ChildProcess.start("coordinator", SERVE, lines::add)) {
      JsonNode ready = child.awaitReady(READY_TIMEOUT);

      assertThat(ready.path("pid").asLong()).isEqualTo(child.pid());
      assertThat(ready.path("port").asInt()).isPositive();
      assertThat(child.isAlive()).isTrue();
      assertThat(child.isStopping()).isFalse();

      child.stop();

      assertThat(child.isStopping()).isTrue();
      assertThat(child.ended().orTimeout(60, TimeUnit.SECONDS).join()).isZero();
      assertThat(lines).containsExactly(ready);
    }
  }

  @Test
  void awaitReady_endedBefore_fails() {
    List<String> badUsage = List.of("serve", "--listen", "nonsense");
    try (ChildProcess child = ChildProcess.start("coordinator", badUsage, line -> {})) {
      assertThatThrownBy(() -> child.awaitReady(READY_TIMEOUT))
          .isInstanceOf(RunFailure.class)
          .hasMessageContaining("coordinator")
          .hasMessageContaining("ended before");
      assertThat(child.ended().join()).isEqualTo(2);
    }
  }
}
