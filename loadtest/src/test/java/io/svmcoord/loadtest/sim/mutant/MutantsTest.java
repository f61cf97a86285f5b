package io.svmcoord.loadtest.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

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
