package io.svmcoord.loadtest.memory;

import java.util.List;

/** What became of a fault in a {@link PageTable}. Immutable. */
public sealed interface FaultOutcome {
  /**
   * The pages are present.
   *
   * @param pages ascending by page number
   */
  record Present(List<PresentPage> pages) implements FaultOutcome {
    /** Copies the list. */
    public Present {
      pages = List.copyOf(pages);
    }
  }

  /**
   * No mapping covers this page.
   *
   * @param page the first such page
   */
  record NoMapping(int page) implements FaultOutcome {}

  /**
   * The mapping does not allow the access.
   *
   * @param page the first such page
   */
  record NoPermission(int page) implements FaultOutcome {}

  /**
   * The page is shared after a fork and has to be copied first: a change of its own, with an
   * invalidation of its own.
   *
   * @param page the first such page
   */
  record CopyNeeded(int page) implements FaultOutcome {}

  /**
   * A present page.
   *
   * @param page page number
   * @param frameOffset byte offset of its frame in the file
   * @param isWritable whether it may be written
   */
  record PresentPage(int page, long frameOffset, boolean isWritable) {}
}
