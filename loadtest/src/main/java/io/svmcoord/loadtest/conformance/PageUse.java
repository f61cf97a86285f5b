package io.svmcoord.loadtest.conformance;

import io.svmcoord.conformance.v1.UsedPage;
import java.util.List;

/** Pages in use, from the call that says so to its answer. Guarded by the scene's lock. */
final class PageUse {
  final long spaceId;
  final List<UsedPage> pages;
  final long atNanos;
  boolean isOver;

  PageUse(long spaceId, List<UsedPage> pages, long atNanos) {
    this.spaceId = spaceId;
    this.pages = List.copyOf(pages);
    this.atNanos = atNanos;
  }
}
