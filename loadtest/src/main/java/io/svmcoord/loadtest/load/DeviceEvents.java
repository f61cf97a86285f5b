package io.svmcoord.loadtest.load;

import io.svmcoord.v1.DeviceNotice;
import java.util.List;

/**
 * What one message of a device stream brought.
 *
 * @param invalidations how many invalidations began
 * @param spaceId address space of the last of them
 * @param epoch epoch of the last of them
 * @param sequence sequence of the last of them, which is the highest
 * @param others everything that is neither a begin nor an end of an invalidation
 */
record DeviceEvents(
    int invalidations, long spaceId, long epoch, long sequence, List<DeviceNotice> others) {}
