/**
 * A world of simulated processes in one thread: one seed, one run. Time, threads, clocks and faults
 * of processes are events of a queue; nothing here knows of the product. Start at {@link
 * io.svmcoord.loadtest.sim.core.Simulation}, then {@link io.svmcoord.loadtest.sim.core.SimProcess}.
 *
 * <p>The idea is FoundationDB's and TigerBeetle's; that a custom scheduler of virtual threads makes
 * blocking Java code deterministic is Jepsen's and James Baker's. Needs {@code --add-opens
 * java.base/java.lang=ALL-UNNAMED} for that scheduler, and {@code -Djdk.trackAllThreads=false} so
 * that the threads of a crashed process are garbage.
 */
@NullMarked
package io.svmcoord.loadtest.sim.core;

import org.jspecify.annotations.NullMarked;
