package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;

/**
 * A subscription as listings show it. Immutable.
 *
 * @param session the session that holds it
 * @param id its id within that session and space
 * @param range its range
 */
public record SubscriptionView(SessionId session, long id, AddressRange range) {}
