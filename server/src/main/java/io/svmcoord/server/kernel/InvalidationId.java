package io.svmcoord.server.kernel;

/**
 * Names one invalidation: the section from its begin to its end. Immutable.
 *
 * @param spaceId the address space
 * @param epoch the space's epoch when it began
 * @param sequence the sequence that its begin took
 */
public record InvalidationId(long spaceId, long epoch, long sequence) {}
