/**
 * The coordinator's rules as pure state machines: no I/O, no threads, no clock; time is a
 * parameter. Start at {@link io.svmcoord.server.kernel.Coordinator}: inputs are its methods,
 * outputs go to the ports ({@code DeviceOutlet}, {@code HostOutlet}, the callbacks, {@code
 * KernelObserver}). Depends on {@code java.*}, {@code io.svmcoord.range} and annotations alone.
 */
@NullMarked
package io.svmcoord.server.kernel;

import org.jspecify.annotations.NullMarked;
