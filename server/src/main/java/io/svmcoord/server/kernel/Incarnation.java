package io.svmcoord.server.kernel;

/**
 * Names the whole memory of one coordinator: a new one means that every token and session of before
 * is dead (promise G5). A 128-bit UUID in two halves. Immutable.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record Incarnation(long high, long low) {}
