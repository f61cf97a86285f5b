package io.svmcoord.client;

import io.svmcoord.range.AddressRanges;

/**
 * What a device has to stop using. Immutable.
 *
 * @param spaceId address space
 * @param sequence sequence of the invalidation, unsigned; 0 when the SDK itself asks for the drop
 *     (end of lease, close of the mirror, change of its ranges)
 * @param event why: a hint; {@link Event#RELEASE} when everything has to go
 * @param ranges all ranges of the invalidation; may reach beyond what the mirror covers
 * @param nonBlockable whether the device must not wait for anything while it tears down
 */
public record InvalidationNotice(
    long spaceId, long sequence, Event event, AddressRanges ranges, boolean nonBlockable) {}
