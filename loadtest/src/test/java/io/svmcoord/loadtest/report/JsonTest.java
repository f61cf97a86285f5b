package io.svmcoord.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonTest {
  record Sample(
      double p999Us,
      long opsPerS,
      @Nullable Double cpuS,
      Map<String, Long> retries,
      List<String> x) {}

  @Test
  void line_record_isOneLineOfSnakeCaseWithEveryField() {
    Sample sample = new Sample(1.5, 7, null, Map.of("STALE_EPOCH", 2L), List.of("a\nb"));

    assertThat(Json.line(sample))
        .isEqualTo(
            "{\"p999_us\":1.5,\"ops_per_s\":7,\"cpu_s\":null,\"retries\":{\"STALE_EPOCH\":2},"
                + "\"x\":[\"a\\nb\"]}");
  }

  @Test
  void read_whatWasWritten_isEqual() {
    Sample sample = new Sample(1.5, 7, 2.0, Map.of("a", 1L), List.of());

    assertThat(Json.read(Json.line(sample), Sample.class)).isEqualTo(sample);
    assertThat(Json.read(Json.tree(Json.line(sample)), Sample.class)).isEqualTo(sample);
  }

  @Test
  void read_unknownField_isSkipped() {
    String line = "{\"ops_per_s\":7,\"later\":true,\"retries\":{},\"x\":[]}";

    assertThat(Json.read(line, Sample.class).opsPerS()).isEqualTo(7);
  }

  @Test
  void read_garbage_isRefused() {
    assertThatThrownBy(() -> Json.tree("no json"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no json (expected: JSON");
  }
}
