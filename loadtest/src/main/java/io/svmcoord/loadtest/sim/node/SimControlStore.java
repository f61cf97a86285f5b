package io.svmcoord.loadtest.sim.node;

import io.svmcoord.server.control.ControlStore;
import io.svmcoord.server.kernel.Incarnation;
import java.util.random.RandomGenerator;

/** Remembers nothing, as the coordinator's own: every start is a new incarnation, of chance. */
public final class SimControlStore implements ControlStore {
  private final RandomGenerator random;

  /** A store that names incarnations by chance. */
  public SimControlStore(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public Term beginTerm() {
    return new Term(new Incarnation(random.nextLong(), random.nextLong()), 1);
  }
}
