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

  /**
   * An invalidation ended. For devices that keep account of what runs, as users of the kernel's
   * {@code invalidate_range_end} do; by default nothing, since {@link Mirror#readBegin} and {@link
   * Mirror#fault} wait for the ends by themselves.
   *
   * <p>In order with {@link #startInvalidate}: after that of the same invalidation returned, before
   * any reader that waited for this end goes on. A second phase may still run, if the begin was
   * given up. Called once for each invalidation that this mirror knows to run, which is not each
   * that was started, and the other way round:
   *
   * <ul>
   *   <li>One that ran already when the mirror subscribed ends without a start.
   *   <li>What the mirror drops by itself is not told to end: on {@link Event#RELEASE} with
   *       sequence 0 forget all that runs, on any other notice with sequence 0 what lies within its
   *       ranges.
   *   <li>A refused one ends as well, unless it was refused before this table was asked.
   * </ul>
   *
   * So keep a set of sequences and not a count. An exception counts as one of {@link #invalidate}:
   * the session fences itself.
   */
  default void invalidationEnded(EndNotice notice) {}
}
