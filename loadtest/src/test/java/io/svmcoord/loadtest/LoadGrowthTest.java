package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each run fails unless every operation was acked by all devices. */
@Timeout(300)
class LoadGrowthTest {
  private static SvmRun growth(String... options) {
    List<String> turns =
        List.of("--rounds=2", "--duration=50ms", "--warmup=10ms", "--fan-out=2", "-o=json");
    List<String> arguments = new ArrayList<>(List.of("load", "growth"));
    arguments.addAll(List.of(options));
    arguments.addAll(turns);
    return SvmRun.ofFastJvms(arguments.toArray(String[]::new));
  }

  @Test
  void growth_devices_sayWhatEachAdds() {
    SvmRun run = growth("--devices=1,2,6");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    JsonNode rows = run.json().path("rows");
    assertThat(rows.valueStream().map(LoadGrowthTest::cell))
        .containsExactly("DEVICES 1 of 1", "DEVICES 2 of 2", "DEVICES 6 of 6");
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(row.path("figures").path("p50_ratio").path("median").asDouble())
                    .isPositive());
    assertThat(rows.path(1).path("marginal_ratio").isNull()).isTrue();
    assertThat(rows.path(2).has("marginal_ratio")).isTrue();
  }

  @Test
  void growth_whatIsBeside_isThereAndNotTold() {
    SvmRun run = growth("--spaces=1,20", "--subscriptions=0,5000", "--idle-sessions=0,30");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    JsonNode rows = run.json().path("rows");
    assertThat(rows.valueStream().map(LoadGrowthTest::cell))
        .containsExactly(
            "SPACES 1 of 2",
            "SPACES 20 of 2",
            "SUBSCRIPTIONS 0 of 2",
            "SUBSCRIPTIONS 5000 of 2",
            "IDLE_SESSIONS 0 of 2",
            "IDLE_SESSIONS 30 of 2");
  }

  private static String cell(JsonNode row) {
    return "%s %d of %d"
        .formatted(
            row.path("growth").asText(),
            row.path("value").asInt(),
            row.path("figures").path("devices").asInt());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--devices=10,1        | devices: [10, 1] (expected: ascending, 1 to 4000)",
        "--spaces=1            | address spaces: [1] (expected: two or more, ascending)",
        "--idle-sessions=-1,5  | idle sessions: [-1, 5] (expected: ascending, 0 to",
        "--fan-out=0           | --fan-out: 0 (expected: 1 to 4000)",
        "--rounds=0            | --rounds: 0 (expected: 1 to 1000)"
      })
  void growth_badOption_saysWhatWasExpected(String option, String message) {
    SvmRun run = SvmRun.of("load", "growth", option);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }
}
