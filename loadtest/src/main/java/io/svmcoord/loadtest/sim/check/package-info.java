/**
 * Judges a simulated run by the promises G1 to G9 and G11, from what clients did and saw, from what
 * passed the coordinator's edge, and from what its kernel says happened.
 *
 * <p>Start at {@link io.svmcoord.loadtest.sim.check.Fact}, then {@link
 * io.svmcoord.loadtest.sim.check.Ledger} and {@link io.svmcoord.loadtest.sim.check.Checkers}. Pure:
 * no I/O, no threads, no clock. Depends on {@code io.svmcoord.range} alone; shares no state with
 * the coordinator or the client library.
 */
@NullMarked
package io.svmcoord.loadtest.sim.check;

import org.jspecify.annotations.NullMarked;
