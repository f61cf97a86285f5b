/**
 * Many seeds of the simulated world, and what became of them. Start at {@link
 * io.svmcoord.loadtest.sim.seeds.SeedsRun}. May depend on the other packages of the simulator and
 * on {@code report}.
 */
@NullMarked
package io.svmcoord.loadtest.sim.seeds;

import org.jspecify.annotations.NullMarked;
