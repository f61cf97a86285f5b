package io.svmcoord.server.kernel;

/**
 * A session as it outlives the coordinator: enough to wait for it. Immutable.
 *
 * @param id its id
 * @param role what it is
 * @param key recognises its key
 * @param leaseNanos time to live and guard: so long after its last renewal its lease is certainly
 *     over
 */
public record KnownSession(SessionId id, SessionRole role, KeyDigest key, long leaseNanos) {}
