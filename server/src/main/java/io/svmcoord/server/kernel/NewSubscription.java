package io.svmcoord.server.kernel;

/**
 * A subscription to add, not yet checked. Immutable.
 *
 * @param id chosen by the device, unique among its subscriptions of the space; not 0
 * @param first first address, inclusive, unsigned
 * @param last last address, inclusive, unsigned
 */
public record NewSubscription(long id, long first, long last) {}
