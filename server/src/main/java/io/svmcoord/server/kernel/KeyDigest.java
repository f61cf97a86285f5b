package io.svmcoord.server.kernel;

/**
 * What is kept of a session's key beyond the coordinator's own life: enough to recognise the key,
 * not enough to be the session. Two halves of 128 bits. Immutable.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record KeyDigest(long high, long low) {}
