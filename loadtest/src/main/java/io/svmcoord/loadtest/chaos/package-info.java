/**
 * Faults at random against real processes and sockets, and what became of the promises.
 *
 * <p>Start at {@link io.svmcoord.loadtest.chaos.ChaosSchedule}, which says what happens when: pure,
 * the same for the same seed. {@link io.svmcoord.loadtest.chaos.ChaosRun} makes it happen.
 */
@NullMarked
package io.svmcoord.loadtest.chaos;

import org.jspecify.annotations.NullMarked;
