package io.svmcoord.loadtest.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.loadtest.sim.SilentLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Shows that the simulator's checkers notice each rule of the product that is switched off. */
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
    List<Trial> trials = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Trial>> running =
          Mutants.all().stream().map(mutant -> threads.submit(() -> Trial.of(mutant))).toList();
      for (Future<Trial> each : running) {
        trials.add(each.get());
      }
    }
    return trials;
  }

  private static void write(List<Trial> trials) throws IOException {
    Files.createDirectories(TABLE.getParent());
    Files.writeString(
        TABLE, trials.stream().map(Trial::row).collect(Collectors.joining("\n", HEADER, "\n")));
  }
}
