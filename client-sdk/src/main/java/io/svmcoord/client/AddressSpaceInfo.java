package io.svmcoord.client;

/**
 * One mirrored address space as it stood when it was asked for. Immutable.
 *
 * @param id given by the coordinator, never 0, never reused
 * @param name chosen by its creator, unique among the living
 * @param pageSizeBytes a power of two from 4096 to 2^30
 * @param epoch one term of ownership, unsigned; only grows
 * @param sequence sequence of the last begin in this epoch, unsigned; 0 when there was none
 * @param subscriptions number of subscriptions
 * @param runningInvalidations number of running invalidations
 * @param waitingReaders number of readers that wait in read_begin
 */
public record AddressSpaceInfo(
    long id,
    String name,
    long pageSizeBytes,
    long epoch,
    long sequence,
    long subscriptions,
    int runningInvalidations,
    int waitingReaders) {}
