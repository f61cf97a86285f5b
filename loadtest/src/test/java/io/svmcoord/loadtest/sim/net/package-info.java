/** Tests of the simulated network. */
@NullMarked
package io.svmcoord.loadtest.sim.net;

import org.jspecify.annotations.NullMarked;
