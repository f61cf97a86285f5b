package io.svmcoord.server.kernel;

/**
 * A session that was opened. Immutable.
 *
 * @param id its name
 * @param key its secret
 * @param ttlNanos time to live of its lease, from each renewal
 * @param heartbeatNanos interval at which its client should renew
 * @param guardNanos margin that the client takes off its lease and the coordinator adds to it (G4)
 */
public record SessionGrant(
    SessionId id, SessionKey key, long ttlNanos, long heartbeatNanos, long guardNanos) {}
