/**
 * Load scenarios. {@link FanoutRun} measures the acked fan-out with three processes: the
 * coordinator, the host ({@link FanoutHost}, this one) and all devices ({@link FanoutDevices}).
 * Both clients speak the wire contract on the event loops, with as little code of their own as
 * possible, so that what is measured is the coordinator. {@link IdleSessions} are device sessions
 * that are only there. May depend on {@code process}, {@code report}, the generated contract and
 * gRPC; not on the SDK.
 */
@NullMarked
package io.svmcoord.loadtest.load;

import org.jspecify.annotations.NullMarked;
