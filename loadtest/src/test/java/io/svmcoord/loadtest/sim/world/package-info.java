/** Tests of the simulated world. */
@NullMarked
package io.svmcoord.loadtest.sim.world;

import org.jspecify.annotations.NullMarked;
