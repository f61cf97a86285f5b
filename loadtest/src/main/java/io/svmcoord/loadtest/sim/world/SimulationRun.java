package io.svmcoord.loadtest.sim.world;

import io.svmcoord.loadtest.sim.core.Simulation;
import io.svmcoord.loadtest.sim.core.SimulationFailedException;
import io.svmcoord.loadtest.sim.core.Trace;
import io.svmcoord.loadtest.sim.node.SimControlStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs seeds: one seed, one world, one result, always the same. */
public final class SimulationRun {
  /**
   * Seeds from here on make worlds in which the devices of a process share a gateway; else each
   * makes the same world as the seed that is smaller by this.
   */
  public static final long GATEWAY_SEEDS = 1_000_000_000_000L;

  private static final long STEPS_MAX = 1_000_000;

  private SimulationRun() {}

  /** Runs a seed on the calling thread, without a trace. */
  public static SimulationResult run(long seed) {
    return run(seed, Trace.off());
  }

  /** Runs a seed on the calling thread; each line of its trace goes to the consumer. */
  public static SimulationResult run(long seed, Consumer<String> lines) {
    return run(seed, Trace.to(lines));
  }

  private static SimulationResult run(long seed, Trace trace) {
    boolean hasGateways = seed >= GATEWAY_SEEDS;
    Simulation simulation =
        new Simulation(hasGateways ? seed - GATEWAY_SEEDS : seed, trace, STEPS_MAX);
    Scenario scenario = Scenario.draw(simulation.newRandom(), hasGateways);
    World world = new World(simulation, scenario, new SimControlStore(simulation));
    world.note("world", scenario.toString());
    Optional<String> failure = Optional.empty();
    try {
      world.run();
    } catch (SimulationFailedException e) {
      failure = Optional.of(text(e));
      world.note("FAILURE", failure.get());
    }
    return new SimulationResult(
        seed,
        world.violations(),
        failure,
        simulation.steps(),
        simulation.nowNanos(),
        simulation.trace().hash(),
        scenario.toString());
  }

  private static String text(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
