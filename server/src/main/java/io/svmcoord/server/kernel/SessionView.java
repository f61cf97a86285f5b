package io.svmcoord.server.kernel;

/**
 * A session as listings show it. Immutable.
 *
 * @param id its id
 * @param role what it is
 * @param state where it stands
 * @param isOver whether its lease is over: the coordinator waits for it no more
 * @param overForNanos how long it has been over; 0 while it is not
 * @param name name that its client gave
 * @param clientVersion version that its client gave
 * @param peer where its client is, or was when its stream broke
 * @param ttlNanos time to live of its lease
 * @param leaseLeftNanos time until its lease counts as over, guard included; 0 when it is over
 * @param unacked events that it owes an ack for
 * @param oldestUnackedNanos age of the oldest of them; 0 when there is none
 * @param subscriptions its subscriptions, over all spaces
 * @param runningInvalidations running invalidations that it has begun
 * @param endCause why it ended, for people; empty while it lives
 */
public record SessionView(
    SessionId id,
    SessionRole role,
    SessionState state,
    boolean isOver,
    long overForNanos,
    String name,
    String clientVersion,
    Peer peer,
    long ttlNanos,
    long leaseLeftNanos,
    int unacked,
    long oldestUnackedNanos,
    long subscriptions,
    int runningInvalidations,
    String endCause) {}
