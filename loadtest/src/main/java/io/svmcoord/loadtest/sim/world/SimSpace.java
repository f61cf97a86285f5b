package io.svmcoord.loadtest.sim.world;

import io.svmcoord.loadtest.sim.check.PageMask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The pages of one address space as they really are: what a page is, is its version. Confined to
 * its simulation.
 */
final class SimSpace {
  private static final long FIRST_VERSION = 1;

  /** One change of pages; {@code owner} is the device session that drove it, 0 if none. */
  private record Change(long pages, long version, long owner) {}

  private final long id;
  private final int pages;
  private final List<Change> changes = new ArrayList<>();
  private final long[] versions = new long[PageMask.PAGES];

  /** A space whose first {@code pages} pages are used. */
  SimSpace(long id, int pages) {
    this.id = id;
    this.pages = pages;
    Arrays.fill(versions, FIRST_VERSION);
  }

  long id() {
    return id;
  }

  int pages() {
    return pages;
  }

  /** What a page is now. */
  long version(int page) {
    return versions[page];
  }

  /** Pages become another version. */
  void change(long mask, long version, long owner) {
    changes.add(new Change(mask, version, owner));
    for (int page = 0; page < pages; page++) {
      if ((mask >>> page & 1) != 0) {
        versions[page] = version;
      }
    }
  }

  /**
   * What a page is now for a device session that has it as {@code known}: that itself, if all
   * changes since were its own, of which nobody tells it.
   */
  long versionFor(int page, long known, long session) {
    for (int i = changes.size() - 1; i >= 0 && changes.get(i).version > known; i--) {
      Change change = changes.get(i);
      if ((change.pages >>> page & 1) != 0 && (session == 0 || change.owner != session)) {
        return versions[page];
      }
    }
    return known;
  }
}
