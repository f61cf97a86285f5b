package io.svmcoord.client;

/**
 * Names one invalidation, from its begin to its end. Immutable.
 *
 * @param spaceId address space it belongs to
 * @param epoch epoch of the space in which it began, unsigned
 * @param sequence the sequence that its begin took, unsigned; unique within space and epoch
 */
public record InvalidationId(long spaceId, long epoch, long sequence) {}
