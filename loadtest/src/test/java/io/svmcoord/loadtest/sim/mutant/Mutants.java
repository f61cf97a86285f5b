package io.svmcoord.loadtest.sim.mutant;

import java.util.List;
import java.util.stream.Stream;

/** All mutants. Stateless. */
final class Mutants {
  private Mutants() {}

  static List<Mutant> all() {
    return Stream.of(
            KernelMutants.readers(),
            KernelMutants.fanOut(),
            KernelMutants.subscriptions(),
            KernelMutants.acks(),
            KernelMutants.leases(),
            KernelMutants.restarts(),
            ClientMutants.mirrors(),
            ClientMutants.acks(),
            ClientMutants.leases())
        .flatMap(List::stream)
        .toList();
  }
}
