package io.svmcoord.loadtest.sim.mutant;

import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * What became of a mutant. Immutable.
 *
 * @param mutant the mutant
 * @param seed a seed that broke a promise, the first unless it was known; the last that was tried
 *     if none did
 * @param broken the promises that it broke, with what happened, the first first; empty if none did
 */
record Trial(Mutant mutant, long seed, List<String> broken) {
  /** Most seeds that a mutant may live through. */
  static final long SEEDS_MAX = 5_000;

  /**
   * Tries the seed that broke a promise before; where it breaks none any more, because the world
   * has changed since, all from the mutant's first on.
   */
  static Trial again(Mutant mutant, long knownSeed) {
    Trial again = new Trial(mutant, knownSeed, world(mutant).apply(knownSeed));
    return again.killer().isPresent() ? again : of(mutant);
  }

  /** Runs seeds from the mutant's first on, until one breaks a promise. */
  static Trial of(Mutant mutant) {
    LongFunction<List<String>> world = world(mutant);
    long last = mutant.firstSeed() + SEEDS_MAX - 1;
    for (long seed = mutant.firstSeed(); seed <= last; seed++) {
      List<String> broken = world.apply(seed);
      if (!broken.isEmpty()) {
        return new Trial(mutant, seed, broken);
      }
    }
    return new Trial(mutant, last, List.of());
  }

  @SuppressWarnings("unchecked")
  private static LongFunction<List<String>> world(Mutant mutant) {
    try {
      Constructor<?> maker =
          mutant.classes().loadClass(MutantSeed.class.getName()).getDeclaredConstructor();
      maker.setAccessible(true);
      return (LongFunction<List<String>>) maker.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("mutant: " + mutant, e);
    }
  }

  /** The promise that killed it: the first of those that have to be seen broken. */
  Optional<String> killer() {
    return broken.stream()
        .map(each -> each.substring(0, each.indexOf(' ')))
        .filter(mutant.promises()::contains)
        .findFirst();
  }

  /** The row of the table in {@code docs/internals/simulation.md}. */
  String row() {
    return "| `%s` | %s | %s | %d |"
        .formatted(mutant.name(), mutant.rule(), killer().orElse("survives"), seed);
  }

  @Override
  public String toString() {
    return "%s (expected: breaks one of %s), at seed %d: %s"
        .formatted(mutant, mutant.promises(), seed, broken);
  }
}
