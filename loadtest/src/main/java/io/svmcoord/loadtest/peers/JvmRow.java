package io.svmcoord.loadtest.peers;

/**
 * A coordinator on one JVM at one load. Immutable.
 *
 * @param load how busy it was kept
 * @param figures its name is the options of its JVM; the ratios are to the JVM with the options of
 *     the command's own
 */
public record JvmRow(JvmLoad load, PeersRow figures) {}
