package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The loop of every mirroring driver, the only place where it exists: read_begin, fetch unlocked,
 * lock, read_retry, install under the same hold. The time limit is tested at the loop's head, so
 * that no kind of retry escapes it. Confined to its caller.
 */
final class FaultLoop {
  private final ClientEnvironment environment;
  private final MirrorCore mirror;
  private final PageSource source;
  private final AddressRange range;
  private final AddressRanges ranges;
  private final Access access;
  private final Deadline deadline;

  FaultLoop(
      ClientEnvironment environment,
      MirrorCore mirror,
      PageSource source,
      AddressRange range,
      Access access,
      Deadline deadline) {
    this.environment = environment;
    this.mirror = mirror;
    this.source = source;
    this.range = range;
    this.ranges = AddressRanges.of(range);
    this.access = access;
    this.deadline = deadline;
  }

  List<MirroredPage> run() {
    for (int retries = 0; ; retries++) {
      if (retries > 0 && deadline.isOver()) {
        throw Errors.timedOut(
            "fault of %s: %d retries (expected: fewer within the timeout)"
                .formatted(range, retries));
      }
      LocalToken token = mirror.await(ranges, deadline);
      Duration left = Duration.ofNanos(Math.max(1, deadline.leftNanos()));
      List<MirroredPage> pages = source.fault(mirror.spaceId(), range, access, left);
      requireAnswer(pages);
      if (mirror.installUnlessRetry(token, ranges, range, pages, access)) {
        return pages;
      }
      RetryPause.after(retries, deadline, environment);
    }
  }

  /**
   * A page source that lists other pages than those asked for must not reach the device's table.
   */
  private void requireAnswer(List<MirroredPage> pages) {
    long last = -1;
    for (MirroredPage page : pages) {
      long index = index(page.address());
      if (!range.contains(page.address())
          || Long.remainderUnsigned(page.address(), mirror.pageSizeBytes()) != 0
          || index <= last) {
        throw broken(
            "page " + PageFaultException.hex(page.address()), "pages of " + range + ", ascending");
      }
      last = index;
    }
    if (access != Access.SNAPSHOT && pages.size() != index(range.last()) + 1) {
      throw broken(pages.size() + " pages", "every page of " + range);
    }
    if (access == Access.WRITE && !pages.stream().allMatch(MirroredPage::writable)) {
      throw broken("a page that is not writable", "writable pages");
    }
  }

  /** Number of a page within the range, from 0. */
  private long index(long address) {
    return Long.divideUnsigned(address - range.first(), mirror.pageSizeBytes());
  }

  private static SvmException broken(String got, String expected) {
    return new SvmException(
        Errors.PAGE_SOURCE_BROKEN,
        false,
        "answer: %s (expected: %s)".formatted(got, expected),
        Map.of(),
        null);
  }
}
