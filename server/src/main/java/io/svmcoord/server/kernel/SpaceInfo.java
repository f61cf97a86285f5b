package io.svmcoord.server.kernel;

/**
 * An address space as it stands. Immutable.
 *
 * @param id its id
 * @param name its name
 * @param pageSizeBytes its page size
 * @param epoch its epoch
 * @param sequence sequence of its last begin or forced end; 0 when there was none
 * @param subscriptions number of subscriptions
 * @param runningInvalidations number of running invalidations
 * @param waitingReaders number of readers that wait in read_begin
 */
public record SpaceInfo(
    long id,
    String name,
    long pageSizeBytes,
    long epoch,
    long sequence,
    int subscriptions,
    int runningInvalidations,
    int waitingReaders) {}
