package io.svmcoord.loadtest.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.loadtest.sim.check.Promise;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MutantsTest {
  static List<Mutant> mutants() {
    return Mutants.all();
  }

  @Test
  void names_ofAllMutants_areDifferent() {
    assertThat(Mutants.all()).extracting(Mutant::name).doesNotHaveDuplicates();
    assertThat(Mutants.all()).extracting(Mutant::rule).doesNotHaveDuplicates();
  }

  @Test
  void promises_thatTheCheckersJudge_eachHaveAMutant() {
    assertThat(Mutants.all().stream().flatMap(mutant -> mutant.promises().stream()))
        .contains(Arrays.stream(Promise.values()).map(Promise::name).toArray(String[]::new));
  }

  /** The seed and the one promise of several are of the day; the rest is as here. */
  @Test
  void table_ofTheDocument_hasEachMutantAndItsRule() {
    List<MutantTable.Row> rows = MutantTable.rows();
    assertThat(rows).hasSameSizeAs(Mutants.all());
    for (int i = 0; i < rows.size(); i++) {
      Mutant mutant = Mutants.all().get(i);
      MutantTable.Row row = rows.get(i);
      assertThat(row.name()).isEqualTo(mutant.name());
      assertThat(row.rule()).isEqualTo(mutant.rule());
      assertThat(mutant.promises()).contains(row.promise());
      assertThat(row.seed() - mutant.firstSeed()).isBetween(0L, Trial.SEEDS_MAX - 1);
    }
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void classes_ofEachMutant_fitTheProductAndVerify(Mutant mutant) throws Exception {
    MutatedClasses classes = mutant.classes();
    assertThat(classes.changed()).isNotEmpty();
    for (String name : classes.changed()) {
      // Initialisation verifies the code.
      assertThat(Class.forName(name, true, classes).getClassLoader()).isSameAs(classes);
    }
  }
}
