/** Tests of the product on simulated machines. */
@NullMarked
package io.svmcoord.loadtest.sim.node;

import org.jspecify.annotations.NullMarked;
