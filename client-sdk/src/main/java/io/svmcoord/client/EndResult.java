package io.svmcoord.client;

/**
 * Answer of an end. Immutable.
 *
 * @param forceEnded the coordinator had ended the invalidation by force because the host's lease
 *     was over: changes made after that were not covered, and the host has to invalidate the same
 *     ranges again
 */
public record EndResult(boolean forceEnded) {}
