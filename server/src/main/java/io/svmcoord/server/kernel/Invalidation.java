package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;

/**
 * An invalidation as devices are told of it. All outlets of one fan-out get the same instance, so
 * that an adapter encodes it once, by identity. Immutable.
 *
 * @param id its name
 * @param event why
 * @param isNonBlockable whether devices answer at once, with an ack or a refusal
 * @param ranges what changes, sorted and disjoint, whole pages
 */
public record Invalidation(
    InvalidationId id, InvalidationEvent event, boolean isNonBlockable, AddressRanges ranges) {}
