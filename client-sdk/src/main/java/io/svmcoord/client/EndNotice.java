package io.svmcoord.client;

import io.svmcoord.range.AddressRanges;

/**
 * An invalidation that ended: its pages may be faulted in again. Immutable.
 *
 * @param spaceId address space
 * @param sequence sequence of the invalidation, unsigned: that of its {@link InvalidationNotice}
 * @param ranges all ranges of the invalidation; may reach beyond what the mirror covers
 * @param forced whether the coordinator ended it because its host's lease was over (promise G9), or
 *     it ended while the session's stream was broken: nobody says how far the change got
 */
public record EndNotice(long spaceId, long sequence, AddressRanges ranges, boolean forced) {}
