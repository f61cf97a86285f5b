package io.svmcoord.server.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A host's wish to change mappings. Immutable.
 *
 * @param spaceId the address space
 * @param ranges what changes
 * @param event why; not RELEASE
 * @param isNonBlockable whether no device may make it wait
 * @param ackDeadlineNanos time that devices have for their ack, 0 for the default; not used when
 *     non-blockable
 * @param owner the device session that drives the change and is not sent it, null if none; for
 *     MIGRATE and EXCLUSIVE alone (race R15)
 * @param host whose invalidation it is
 */
public record BeginRequest(
    long spaceId,
    RequestedRanges ranges,
    InvalidationEvent event,
    boolean isNonBlockable,
    long ackDeadlineNanos,
    @Nullable SessionId owner,
    InvalidationHost host) {}
