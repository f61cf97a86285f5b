/** Tests of the simulated world. */
@NullMarked
package io.svmcoord.loadtest.sim.core;

import org.jspecify.annotations.NullMarked;
