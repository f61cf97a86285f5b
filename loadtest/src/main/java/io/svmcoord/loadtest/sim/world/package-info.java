/**
 * Simulated machines with ordinary user code of the SDK: hosts that change pages, devices and
 * mappers that use them, and what goes wrong around them, all drawn from a seed and judged by
 * {@code sim.check}.
 *
 * <p>Start at {@link io.svmcoord.loadtest.sim.world.SimulationRun}, then {@link
 * io.svmcoord.loadtest.sim.world.World}.
 */
@NullMarked
package io.svmcoord.loadtest.sim.world;

import org.jspecify.annotations.NullMarked;
