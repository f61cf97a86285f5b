package io.svmcoord.server.kernel;

import org.jspecify.annotations.Nullable;

/**
 * What a client says when it opens a session. Immutable.
 *
 * @param name for people, at most {@link KernelLimits#nameCharsMax} characters
 * @param clientVersion for people, at most {@link KernelLimits#versionCharsMax} characters
 * @param peer where the client is
 * @param ttlNanos time to live of the lease; 0 for the default
 * @param previous key of this client's former session, which then counts as detached; null if none
 */
public record SessionRequest(
    String name, String clientVersion, Peer peer, long ttlNanos, @Nullable SessionKey previous) {}
