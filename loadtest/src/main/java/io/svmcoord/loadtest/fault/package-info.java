/**
 * What networks and machines do to connections, on purpose: {@link
 * io.svmcoord.loadtest.fault.FaultProxy} stands between a client and its coordinator.
 */
@NullMarked
package io.svmcoord.loadtest.fault;

import org.jspecify.annotations.NullMarked;
