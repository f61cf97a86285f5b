package io.svmcoord.loadtest.hmm;

import io.svmcoord.client.MirroredPage;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** The mapping table of a process, by page number. Confined to the machine's lock. */
final class HmmPages {
  private final HmmFrames frames;
  private final NavigableMap<Integer, HmmPage> pages = new TreeMap<>();

  HmmPages(HmmFrames frames) {
    this.frames = frames;
  }

  /** What is mapped in a range; a view. */
  NavigableMap<Integer, HmmPage> within(int first, int last) {
    return pages.subMap(first, true, last, true);
  }

  /** The page, if it is mapped. */
  Optional<HmmPage> find(int i) {
    return Optional.ofNullable(pages.get(i));
  }

  void put(int i, HmmPage page) {
    pages.put(i, page);
  }

  void remove(int i) {
    pages.remove(i);
  }

  /** Frame of a page, or {@link HmmFrames#ABSENT}. */
  int frame(int i) {
    HmmPage page = pages.get(i);
    return page == null ? HmmFrames.ABSENT : page.frame;
  }

  HmmPage page(int i) {
    HmmPage page = pages.get(i);
    if (page == null) {
      throw new IllegalStateException("page: " + i + " (expected: mapped)");
    }
    return page;
  }

  List<HmmPage> present(int first, int last) {
    return within(first, last).values().stream().filter(HmmPage::isPresent).toList();
  }

  /** Huge pages that reach beyond the range become small ones. */
  void split(int first, int last) {
    for (int edge : new int[] {first, last}) {
      int start = unit(edge);
      if (start < first || start + HmmProcess.HUGE_PAGES - 1 > last) {
        pages.subMap(start, start + HmmProcess.HUGE_PAGES).values().forEach(page -> page.order = 0);
      }
    }
  }

  int unitFirst(int i) {
    return page(i).order == 0 ? i : unit(i);
  }

  int unitLast(int i) {
    return page(i).order == 0 ? i : unit(i) + HmmProcess.HUGE_PAGES - 1;
  }

  static int unit(int i) {
    return i - i % HmmProcess.HUGE_PAGES;
  }

  /** The pages of a range as a page list, those that are chosen. */
  List<MirroredPage> mirrored(int first, int last, IntPredicate isListed) {
    List<MirroredPage> list = new ArrayList<>();
    within(first, last)
        .forEach(
            (i, page) -> {
              if (isListed.test(i)) {
                list.add(
                    new MirroredPage(
                        HmmMachine.address(i),
                        frames.offset(page.frame),
                        page.isWritable,
                        page.order));
              }
            });
    return list;
  }
}
