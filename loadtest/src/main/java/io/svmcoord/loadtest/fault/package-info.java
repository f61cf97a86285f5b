/**
 * What networks and machines do to processes, on purpose: {@link
 * io.svmcoord.loadtest.fault.FaultProxy} stands between a client and its coordinator, {@link
 * io.svmcoord.loadtest.fault.Namespace} has a link that goes down, {@link
 * io.svmcoord.loadtest.fault.ClockRate} clocks that are off, {@link
 * io.svmcoord.loadtest.fault.SmallDisk} no room left. Signals are sent by {@code process}.
 */
@NullMarked
package io.svmcoord.loadtest.fault;

import org.jspecify.annotations.NullMarked;
