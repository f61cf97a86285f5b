package io.svmcoord.loadtest.sim.mutant;

/** What takes the place of the toy's methods. Stateless. */
final class ToyStandIns {
  private ToyStandIns() {}

  static long product(Toy toy, long a, int b) {
    return a * b * toy.base();
  }

  static long doubled(long sum, Toy toy) {
    return 2 * sum + toy.base();
  }

  static long negative(long sum) {
    return -sum;
  }

  static void noteTwice(Toy toy, String text) {
    toy.note(text);
    toy.note(text);
  }

  static String farewell(String name) {
    return "goodbye " + name;
  }

  static String farewellWithObject(String name, Toy toy) {
    return "goodbye " + name + toy.base();
  }

  static boolean isSmallAsTold(Toy callee, int number, Toy caller) {
    return number < callee.base() + caller.base();
  }
}
