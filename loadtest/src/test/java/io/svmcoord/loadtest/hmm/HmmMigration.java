package io.svmcoord.loadtest.hmm;

import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.Event;
import io.svmcoord.loadtest.hmm.HmmPage.Protection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Moves pages of a process to devices and elsewhere. All under the machine's lock. */
final class HmmMigration {
  private final HmmMachine machine;
  private final HmmProcess process;
  private final HmmPages pages;
  private final HmmFaults faults;
  private final HmmFrames frames;
  private boolean isNextHugeFailing;

  HmmMigration(HmmMachine machine, HmmProcess process, HmmPages pages, HmmFaults faults) {
    this.machine = machine;
    this.process = process;
    this.pages = pages;
    this.faults = faults;
    this.frames = machine.frames();
  }

  void failNextHuge() {
    isNextHugeFailing = true;
  }

  /**
   * Migrates to a device what can be: anonymous, in system memory or absent, no other's.
   *
   * @return pages moved; 0 is the kernel's ENOENT
   * @throws IllegalArgumentException if a page is not mapped or not readable: EINVAL
   */
  int migrate(HmmMirror mirror, int first, int last) {
    return machine.call(
        () -> {
          for (int i = first; i <= last; i++) {
            if (pages.find(i).filter(page -> page.protection != Protection.NONE).isEmpty()) {
              throw new IllegalArgumentException("page: " + i + " (expected: readable)");
            }
          }
          Set<Integer> movable =
              IntStream.rangeClosed(first, last)
                  .filter(i -> isMovable(pages.page(i)))
                  .boxed()
                  .collect(Collectors.toSet());
          if (!movable.isEmpty()) {
            machine.change(
                List.of(process),
                first,
                last,
                Event.MIGRATE,
                mirror.owner(),
                () -> moveTo(mirror, movable, first, last));
          }
          return movable.size();
        });
  }

  private void moveTo(HmmMirror mirror, Set<Integer> movable, int first, int last) {
    pages.split(first, last);
    for (int start = HmmPages.unit(first); start <= last; start += HmmProcess.HUGE_PAGES) {
      int block = start;
      boolean isWhole =
          IntStream.range(block, block + HmmProcess.HUGE_PAGES)
              .allMatch(i -> movable.contains(i) && pages.page(i).isHugeAllowed);
      boolean isHuge = isWhole && !isNextHugeFailing;
      isNextHugeFailing &= !isWhole;
      movable.stream()
          .filter(i -> HmmPages.unit(i) == block)
          .forEach(i -> moveTo(mirror, pages.page(i), isHuge));
    }
    mirror.installOwn(pages.mirrored(first, last, movable::contains), false);
  }

  private void moveTo(HmmMirror mirror, HmmPage page, boolean isHuge) {
    int old = page.frame;
    page.frame =
        page.isPresent() ? frames.copy(old, mirror.device()) : frames.allocate(mirror.device());
    if (old != HmmFrames.ABSENT) {
      frames.release(old);
    }
    page.isWritable = page.protection == Protection.READ_WRITE;
    page.order = isHuge ? HmmProcess.HUGE_ORDER : 0;
  }

  /** Gives a device exclusive access, until somebody else touches the pages. */
  void exclusive(HmmMirror mirror, int first, int last) {
    machine.locked(
        () -> {
          faults.populateAll(first, last, true, HmmFaults.CPU);
          machine.change(
              List.of(process),
              first,
              last,
              Event.EXCLUSIVE,
              mirror.owner(),
              () -> {
                pages.present(first, last).forEach(page -> page.exclusiveTo = mirror.device());
                mirror.installOwn(pages.mirrored(first, last, i -> true), true);
              });
        });
  }

  private boolean isMovable(HmmPage page) {
    return page.object.isEmpty()
        && page.exclusiveTo == HmmPage.NOBODY
        && (!page.isPresent()
            || page.frame == frames.zero()
            || (frames.home(page.frame) == HmmFrames.SYSTEM && !frames.isShared(page.frame)));
  }

  /** Moves content to other frames of system memory, for everybody who maps it. */
  void relocate(int first, int last, IntPredicate isChosen) {
    machine.locked(
        () -> {
          List<Integer> chosen = new ArrayList<>();
          List<HmmProcess> everybody = new ArrayList<>();
          for (int i = first; i <= last; i++) {
            int frame = pages.frame(i);
            if (frame != HmmFrames.ABSENT && isChosen.test(frame)) {
              chosen.add(i);
              machine.sharers(i, frame).stream()
                  .filter(sharer -> !everybody.contains(sharer))
                  .forEach(everybody::add);
            }
          }
          machine.change(
              everybody,
              first,
              last,
              Event.MIGRATE,
              BeginOptions.DEFAULT,
              () -> chosen.forEach(this::relocate));
        });
  }

  private void relocate(int i) {
    int old = pages.frame(i);
    int moved = frames.copy(old, HmmFrames.SYSTEM);
    pages.page(i).object.ifPresent(object -> object.replace(pages.page(i).index, moved));
    for (HmmProcess sharer : machine.sharers(i, old)) {
      frames.share(moved);
      frames.release(old);
      sharer.pages().page(i).frame = moved;
    }
    frames.release(moved);
  }
}
