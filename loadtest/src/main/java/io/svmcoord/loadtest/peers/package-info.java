/**
 * svm beside what users would pick instead, and beside the floors of its transport. {@link
 * PeersRun} starts, for each system, a server, a host and the devices ({@link PeerRole}), three
 * processes, and measures all systems in turns ({@link ClosedLoop}), so that what the machine does
 * besides befalls them all. {@link GrowthRun}, {@link JvmRun} and {@link StartupRun} do the same
 * with coordinators that differ in one thing; {@link MemoryRun} weighs what is idle. The systems
 * themselves are in {@code relay}, {@code broker} and {@code svm}.
 */
@NullMarked
package io.svmcoord.loadtest.peers;

import org.jspecify.annotations.NullMarked;
