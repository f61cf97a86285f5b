package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import java.util.List;

/**
 * The page table of a device, written by its user: all there is to write for a mirror.
 *
 * <p>All methods are called under the mirror's lock, one at a time, on a thread that is never one
 * of Netty's. They must be short and must not call the SDK: such a call throws {@link
 * IllegalStateException}. The split is that of the kernel's {@code hmm_range_fault} users: a driver
 * programs its table, and has an {@code invalidate} callback.
 */
public interface DeviceTable {
  /**
   * Maps pages, replacing what was mapped at their addresses. An exception leaves this method to
   * whoever asked for the fault; the mirror goes on.
   *
   * @param range what was asked for, inclusive
   * @param pages present pages, ascending, within {@code range}; all of it unless {@code access} is
   *     {@link Access#SNAPSHOT}
   * @param access what they were asked for
   */
  void install(AddressRange range, List<MirroredPage> pages, Access access);

  /**
   * Unmaps every page of the notice's ranges and returns when the device has certainly stopped
   * using them: the ack is sent after a normal return and not before. An exception means that the
   * device does not know what it still uses: it is not an ack, and its session fences itself.
   */
  void invalidate(InvalidationNotice notice);

  /**
   * What the SDK calls: {@link #invalidate} unless overridden. For a device that has to refuse
   * non-blockable invalidations, or that needs a second phase ({@link TwoPhaseDeviceTable}).
   *
   * <p>On {@link Event#RELEASE} with sequence 0 the lease may be over: end what runs then, don't
   * wait for it.
   *
   * @return how far the device is; what it threw counts as for {@link #invalidate}
   */
  default TearDown startInvalidate(InvalidationNotice notice) {
    invalidate(notice);
    return TearDown.done();
  }
}
