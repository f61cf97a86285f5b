package io.svmcoord.server.kernel;

/**
 * What read_begin gives and read_retry takes: at this sequence nothing of the reader's ranges was
 * being invalidated. Immutable.
 *
 * @param spaceId the address space
 * @param incarnation the coordinator's incarnation
 * @param epoch the space's epoch
 * @param sequence the space's sequence
 * @param reservation what postpones begins for its reader; 0 if nothing does
 */
public record Token(
    long spaceId, Incarnation incarnation, long epoch, long sequence, long reservation) {}
