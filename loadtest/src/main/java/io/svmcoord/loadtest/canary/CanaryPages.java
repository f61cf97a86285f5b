package io.svmcoord.loadtest.canary;

import io.svmcoord.client.Access;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The canary's pages: where each lies is its content, and no frame is ever used again. Thread-safe.
 */
final class CanaryPages implements PageSource {
  static final long PAGE_BYTES = 4096;

  /** The page that is invalidated. */
  static final int WATCHED = 0;

  /** A page that nobody invalidates; not a neighbour of the other. */
  static final int STRANGER = 8;

  static final int COUNT = 9;

  private final AtomicLongArray versions = new AtomicLongArray(COUNT);

  static AddressRange range(int page) {
    return AddressRange.ofLength(page * PAGE_BYTES, PAGE_BYTES);
  }

  static AddressRange all() {
    return AddressRange.ofLength(0, COUNT * PAGE_BYTES);
  }

  /** Where the page lies now. */
  long frame(int page) {
    return (versions.get(page) * COUNT + page) * PAGE_BYTES;
  }

  /** The host moves the page. */
  void change(int page) {
    versions.incrementAndGet(page);
  }

  @Override
  public List<MirroredPage> fault(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    List<MirroredPage> pages = new ArrayList<>();
    for (int page = 0; page < COUNT; page++) {
      AddressRange at = range(page);
      if (range.first() <= at.first() && at.last() <= range.last()) {
        pages.add(new MirroredPage(at.first(), frame(page), false, 0));
      }
    }
    return pages;
  }
}
