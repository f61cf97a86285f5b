package io.svmcoord.loadtest.sim.mutant;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Something to rewrite, for the tests of the tool. Confined to one thread. */
final class Toy {
  private final List<String> log = new ArrayList<>();
  private final int base;

  Toy(int base) {
    this.base = base;
  }

  boolean isSmall(int number) {
    return number < base;
  }

  String size(int number) {
    return isSmall(number) ? "small" : "large";
  }

  long sum(long a, int b) {
    return a + b + base;
  }

  void note(String text) {
    log.add(text);
  }

  /** Three notes, one of them in a lambda. */
  String notes() {
    note("a");
    note("b");
    Runnable last = () -> note("c");
    last.run();
    return String.join(",", log);
  }

  static String greeting(String name) {
    return "hello " + name;
  }

  String greetLater() {
    Supplier<String> later = () -> greeting("toy");
    return later.get();
  }

  /** For stand-ins that ask the object. */
  int base() {
    return base;
  }

  /** Every answer there is, as one text: what a changed class is asked for. */
  static String answers() {
    Toy toy = new Toy(10);
    return "%s %s %d %s %s"
        .formatted(toy.size(3), toy.size(30), toy.sum(1, 2), toy.notes(), toy.greetLater());
  }
}
