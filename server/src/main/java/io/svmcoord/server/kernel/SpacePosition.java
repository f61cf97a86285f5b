package io.svmcoord.server.kernel;

/**
 * Where a device says that it stands in one space. Immutable.
 *
 * @param spaceId the address space
 * @param epoch its epoch, as the device knows it
 * @param sequence of the last begin that it handled; 0 for none
 * @param version of the set of subscriptions that it was told last
 */
public record SpacePosition(long spaceId, long epoch, long sequence, long version) {}
