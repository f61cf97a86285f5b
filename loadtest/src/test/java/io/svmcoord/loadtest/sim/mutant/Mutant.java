package io.svmcoord.loadtest.sim.mutant;

import java.util.List;
import java.util.Set;

/**
 * The product with one of its rules switched off. Immutable.
 *
 * @param name in words joined by hyphens
 * @param rule the rule that is switched off, for people
 * @param promises those that have to be seen broken: {@code G1} to {@code G9}, one of them suffices
 * @param firstSeed the first seed whose world has what the rule is about
 * @param rewrites how, at least one
 */
record Mutant(
    String name, String rule, Set<String> promises, long firstSeed, List<Rewrite> rewrites) {
  /** One whose rule is about every world. */
  Mutant(String name, String rule, Set<String> promises, List<Rewrite> rewrites) {
    this(name, rule, promises, 1, rewrites);
  }

  Mutant {
    if (!name.matches("[a-z]+(-[a-z]+)*")) {
      throw new IllegalArgumentException(
          "name: %s (expected: words joined by hyphens)".formatted(name));
    }
    if (promises.isEmpty() || !promises.stream().allMatch(each -> each.matches("G[1-9]|G11"))) {
      throw new IllegalArgumentException(
          "promises: %s (expected: of G1 to G9 and G11)".formatted(promises));
    }
    if (rewrites.isEmpty()) {
      throw new IllegalArgumentException("rewrites: none (expected: at least one)");
    }
    promises = Set.copyOf(promises);
    rewrites = List.copyOf(rewrites);
  }

  /** The product's classes with the rule switched off. */
  MutatedClasses classes() {
    return new MutatedClasses(rewrites);
  }

  @Override
  public String toString() {
    return name;
  }
}
