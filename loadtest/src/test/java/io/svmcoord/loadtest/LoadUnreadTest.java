package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device stops reading its stream for a while. */
@Timeout(300)
class LoadUnreadTest {
  @Test
  void unread_threeSeconds_isToldOnceAndTheQueueKeepsItsLimit() {
    SvmRun run = SvmRun.ofFastJvms("load", "unread", "--duration=3s", "--devices=1", "-o", "json");
    assertThat(run.exitCode()).as("%s%n%s", run.err(), run.out()).isZero();
    JsonNode report = run.json();
    assertThat(report.path("catch_ups").asInt()).isEqualTo(1);
    assertThat(report.path("resyncs").asInt()).isEqualTo(1);
    assertThat(report.path("missing_ends").asInt(-1)).isZero();
    assertThat(report.path("queue_bytes_max").asLong())
        .isPositive()
        .isLessThanOrEqualTo(report.path("queue_bytes_limit").asLong());
    assertThat(report.path("flood_begins").asLong()).isPositive();
    assertThat(report.path("beside_begins").asLong()).isPositive();
    assertThat(report.path("unread_begins").asLong()).isPositive();
  }

  @Test
  void unread_badOptions_areRefusedByName() {
    SvmRun run = SvmRun.of("load", "unread", "--begins-per-second=20000");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--begins-per-second: 20000 (expected: 100 to 10000)");
  }
}
