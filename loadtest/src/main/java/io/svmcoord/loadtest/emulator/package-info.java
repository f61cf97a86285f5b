/**
 * Emulated hosts, devices and mappers with real page contents, in one process or many.
 *
 * <p>Start at {@link io.svmcoord.loadtest.emulator.HostEmulator}, which has the memory and changes
 * it the ways a kernel does, and {@link io.svmcoord.loadtest.emulator.DeviceEmulator}, which reads
 * it through a mirror and has every read judged. May depend on the client library, {@code memory},
 * {@code check} and {@code report}; not on the server.
 */
@NullMarked
package io.svmcoord.loadtest.emulator;

import org.jspecify.annotations.NullMarked;
