package io.svmcoord.loadtest.sim.mutant;

import java.util.List;
import java.util.stream.Stream;

/** All mutants, those first that live longest: the threads that run them end together. */
final class Mutants {
  private Mutants() {}

  static List<Mutant> all() {
    return Stream.of(
            ClientMutants.leases(),
            KernelMutants.readers(),
            KernelMutants.fanOut(),
            KernelMutants.subscriptions(),
            KernelMutants.acks(),
            KernelMutants.leases(),
            KernelMutants.resumes(),
            ServiceMutants.slowStreams(),
            ServiceMutants.gateways(),
            KernelMutants.restarts(),
            ClientMutants.mirrors(),
            ClientMutants.acks())
        .flatMap(List::stream)
        .toList();
  }
}
