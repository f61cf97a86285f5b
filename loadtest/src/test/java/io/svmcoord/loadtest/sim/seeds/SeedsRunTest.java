package io.svmcoord.loadtest.sim.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.report.Json;
import io.svmcoord.loadtest.sim.check.Promise;
import io.svmcoord.loadtest.sim.check.Violation;
import io.svmcoord.loadtest.sim.world.SimulationResult;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SeedsRunTest {
  private static final long SECOND = 1_000_000_000;

  private static SimulationResult well(long seed) {
    return result(seed, List.of(), Optional.empty());
  }

  private static SimulationResult broken(long seed) {
    return result(
        seed, List.of(new Violation(Promise.G1, 12_500_000, "a stale page")), Optional.empty());
  }

  private static SimulationResult result(
      long seed, List<Violation> violations, Optional<String> failure) {
    return new SimulationResult(seed, violations, failure, 10, SECOND, 0, "");
  }

  private static SeedsReport run(SeedsOptions options, LongFunction<SimulationResult> world) {
    return SeedsRun.run(options, world, line -> {});
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void run_manySeeds_eachOnceWhateverTheThreads(int threads) {
    Set<Long> ran = ConcurrentHashMap.newKeySet();
    SeedsReport report =
        run(
            new SeedsOptions(100, 50, threads),
            seed -> {
              assertThat(ran.add(seed)).isTrue();
              return well(seed);
            });

    assertThat(ran).hasSize(50).contains(100L, 149L);
    assertThat(report.seeds()).isEqualTo(50);
    assertThat(report.failures()).isZero();
    assertThat(report.simulatedS()).isEqualTo(50);
    assertThat(report.events()).isEqualTo(500);
    assertThat(report.table()).contains("failures").doesNotContain("./svm");
  }

  @Test
  void run_someFail_areListedInOrderWithTheirReplay() {
    SeedsReport report =
        run(new SeedsOptions(0, 100, 3), seed -> seed % 40 == 3 ? broken(seed) : well(seed));

    assertThat(report.failing())
        .extracting(SeedsReport.Failing::seed)
        .containsExactly(3L, 43L, 83L);
    assertThat(report.table())
        .contains("seed 43: ./svm simulate --seed 43 --trace", "G1 at 12.5 ms: a stale page");
    JsonNode json = Json.tree(Json.line(report));
    assertThat(json.path("seeds").asLong()).isEqualTo(100);
    assertThat(json.path("failures").asLong()).isEqualTo(3);
    assertThat(json.at("/failing/0/violations/0/promise").asText()).isEqualTo("G1");
  }

  @Test
  void run_oneBreaksOff_isAFailureWithItsError() {
    SeedsReport report =
        run(
            new SeedsOptions(7, 1, 1),
            seed -> result(seed, List.of(), Optional.of("java.lang.Error: x\n\tat y")));

    assertThat(report.failures()).isEqualTo(1);
    assertThat(report.table()).contains("--seed 7", "java.lang.Error: x");
  }

  @Test
  void run_allFail_keepsTheLowestAndCountsTheRest() {
    SeedsReport report = run(new SeedsOptions(1, 150, 2), SeedsRunTest::broken);

    assertThat(report.failures()).isEqualTo(150);
    assertThat(report.failing()).hasSize(SeedsRun.FAILING_KEPT_MAX);
    assertThat(report.failing().getLast().seed()).isEqualTo(100);
    assertThat(report.table()).contains("50 more");
  }

  @Test
  void run_simulatorItselfBreaks_isNoOutcome() {
    assertThatThrownBy(
            () ->
                run(
                    new SeedsOptions(1, 10, 2),
                    seed -> {
                      throw new IllegalStateException("no world");
                    }))
        .hasRootCauseMessage("no world");
  }

  @ParameterizedTest
  @CsvSource({"0,0,1,seeds: 0", "-1,1,1,from: -1", "0,1,0,threads: 0", "0,1,257,threads: 257"})
  void options_outOfBounds_areRefusedByName(long from, long seeds, int threads, String message) {
    assertThatThrownBy(() -> new SeedsOptions(from, seeds, threads))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
