/**
 * The product on simulated machines: the coordinator's real kernel and services over simulated
 * event loops, and the environment that the real SDK runs in. Start at {@link
 * io.svmcoord.loadtest.sim.node.SimCoordinator} and {@link
 * io.svmcoord.loadtest.sim.node.SimEnvironment}.
 */
@NullMarked
package io.svmcoord.loadtest.sim.node;

import org.jspecify.annotations.NullMarked;
