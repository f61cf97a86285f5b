package io.svmcoord.loadtest.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.loadtest.sim.SilentLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Shows that the simulator's checkers notice each rule of the product that is switched off.
 *
 * <p>A mutant has to die at some seed, and the document says at which one it did; so that one comes
 * first. With {@code -Dsvm.mutants.search=true} each is looked for from the first on.
 */
final class MutantsDieTest {
  private static final int THREADS = 2;

  /** The table of the document; {@code .ci/update-mutants} puts it there. */
  private static final Path TABLE = Path.of("target", "mutants.md");

  private static final String HEADER =
      """
      | mutant | rule that is switched off | promise that notices | seed |
      |---|---|---|---|
      """;

  @Test
  void mutants_inTheSimulatedWorld_dieOfThePromiseThatTheirRuleKeeps() throws Exception {
    List<Trial> trials;
    try (SilentLogs _ = SilentLogs.start()) {
      trials = trials();
    }
    write(trials);
    assertThat(trials.stream().filter(trial -> trial.killer().isEmpty())).isEmpty();
  }

  private static List<Trial> trials() throws Exception {
    Map<String, Long> known =
        Boolean.getBoolean("svm.mutants.search")
            ? Map.of()
            : MutantTable.rows().stream()
                .collect(Collectors.toMap(MutantTable.Row::name, MutantTable.Row::seed));
    List<Trial> trials = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Trial>> running =
          Mutants.all().stream().map(mutant -> threads.submit(() -> trial(mutant, known))).toList();
      for (Future<Trial> each : running) {
        trials.add(each.get());
      }
    }
    return trials;
  }

  private static Trial trial(Mutant mutant, Map<String, Long> known) {
    Long seed = known.get(mutant.name());
    return seed == null ? Trial.of(mutant) : Trial.again(mutant, seed);
  }

  private static void write(List<Trial> trials) throws IOException {
    Files.createDirectories(TABLE.getParent());
    Files.writeString(
        TABLE, trials.stream().map(Trial::row).collect(Collectors.joining("\n", HEADER, "\n")));
  }
}
