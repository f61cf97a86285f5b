package io.svmcoord.loadtest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.report.Json;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChildProcessTest {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
  private static final List<String> SERVE = Arguments.SERVE.list();

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

  /** Asked once as it is and once after a collection. */
  @Test
  void tell_memoryOrders_areAnsweredByACoordinator() {
    BlockingQueue<JsonNode> lines = new LinkedBlockingQueue<>();
    try (ChildProcess child = ChildProcess.start("coordinator", SERVE, lines::add)) {
      assertThat(take(lines).path("port").asInt()).isPositive();

      child.tell(MemoryUse.Order.NOW.line());
      MemoryUse now = Json.read(take(lines), MemoryUse.class);
      child.tell(MemoryUse.Order.COLLECTED.line());
      MemoryUse collected = Json.read(take(lines), MemoryUse.class);

      assertThat(now.allocatedBytes()).isPositive();
      assertThat(collected.allocatedBytes()).isGreaterThan(now.allocatedBytes());
      assertThat(collected.heapBytes()).isPositive().isLessThan(now.heapBytes());
      assertThat(collected.directBytes()).isNotNegative();
    }
  }

  private static JsonNode take(BlockingQueue<JsonNode> lines) {
    try {
      JsonNode line = lines.poll(READY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return Objects.requireNonNull(line, "no line in time");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
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
