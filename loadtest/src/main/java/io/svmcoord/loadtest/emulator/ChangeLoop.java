package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.SvmException;
import io.svmcoord.loadtest.memory.HostMemory;
import io.svmcoord.loadtest.memory.PageTable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Changes pages at random, one change after the other. Several loops run at once; their ranges may
 * overlap, and then the page table lock decides who changes first.
 *
 * <p>Confined to its thread.
 */
final class ChangeLoop implements Runnable {
  /** Most pages that one fork shares. */
  static final int FORK_PAGES_MAX = 256;

  /** Ranges that a loop leaves unmapped; beyond that it maps the oldest again. */
  static final int UNMAPPED_RANGES_MAX = 2;

  private static final int CHILD_PERCENT = 25;
  private static final int WRITABLE_PERCENT = 65;
  private static final Duration AFTER_FAILURE = Duration.ofMillis(20);

  private final HostEmulatorOptions options;
  private final HostSpaces spaces;
  private final HostMemory memory;
  private final Invalidator invalidator;
  private final BeginOptions beginOptions;
  private final StopSignal stop;
  private final Pacer pacer;
  private final AtomicLong changesLeft;
  private final SplittableRandom random;
  private final Deque<Unmapped> unmapped = new ArrayDeque<>();

  ChangeLoop(
      HostEmulatorOptions options,
      HostSpaces spaces,
      HostMemory memory,
      Invalidator invalidator,
      BeginOptions beginOptions,
      StopSignal stop,
      Pacer pacer,
      AtomicLong changesLeft,
      int number) {
    this.options = options;
    this.spaces = spaces;
    this.memory = memory;
    this.invalidator = invalidator;
    this.beginOptions = beginOptions;
    this.stop = stop;
    this.pacer = pacer;
    this.changesLeft = changesLeft;
    this.random = new SplittableRandom(options.seed() * 31 + number);
  }

  @Override
  public void run() {
    while (!stop.isStopped() && changesLeft.getAndDecrement() > 0) {
      pacer.await();
      while (unmapped.size() > UNMAPPED_RANGES_MAX) {
        mapAgain(unmapped.remove());
      }
      Optional<SvmException> failure = changeOnce();
      if (failure.isPresent()) {
        // A lost session takes a moment to come back.
        stop.pauseNanos(AFTER_FAILURE.toNanos());
      }
    }
  }

  private Optional<SvmException> changeOnce() {
    ChangeKind picked = pickKind();
    if (picked == ChangeKind.FORK && spaces.reserveChild()) {
      return fork();
    }
    ChangeKind kind = picked == ChangeKind.FORK ? ChangeKind.WRITE : picked;
    EmulatedSpace space = pickSpace();
    return space.use(() -> change(space, kind), () -> change(spaces.root(), kind));
  }

  private Optional<SvmException> change(EmulatedSpace space, ChangeKind kind) {
    PageTable table = space.table();
    PageRange pages = pickPages(options.changePagesMax());
    return switch (kind) {
      case WRITE ->
          change(space, kind, pages, () -> table.copyOnWrite(pages.first(), pages.last()));
      case UNMAP -> {
        unmapped.add(new Unmapped(space, pages));
        yield change(space, kind, pages, () -> table.unmap(pages.first(), pages.last()));
      }
      case MIGRATE -> change(space, kind, pages, () -> table.migrate(pages.first(), pages.last()));
      case PROTECT -> {
        boolean isWritable = random.nextInt(100) < WRITABLE_PERCENT;
        yield change(
            space, kind, pages, () -> table.protect(pages.first(), pages.last(), isWritable));
      }
      case MOVE -> move(space);
      case FORK ->
          throw new IllegalArgumentException("kind: FORK (expected: a change of one space)");
    };
  }

  private Optional<SvmException> change(
      EmulatedSpace space, ChangeKind kind, PageRange pages, Runnable change) {
    return change(space.id(), kind, List.of(pages), change);
  }

  private Optional<SvmException> change(
      long spaceId, ChangeKind kind, List<PageRange> pages, Runnable change) {
    boolean isBlockable = random.nextInt(100) >= options.nonBlockablePercent();
    return invalidator
        .change(
            kind.name().toLowerCase(Locale.ROOT),
            spaceId,
            pages,
            kind.event(),
            isBlockable ? beginOptions : beginOptions.nonBlockable(),
            change)
        .filter(failure -> isBlockable);
  }

  /** Two halves of the space, so that the places never overlap. */
  private Optional<SvmException> move(EmulatedSpace space) {
    int half = options.pages() / 2;
    int count = 1 + random.nextInt(Math.min(options.changePagesMax(), half));
    int low = random.nextInt(half - count + 1);
    int high = half + random.nextInt(half - count + 1);
    boolean isUp = random.nextBoolean();
    int from = isUp ? low : high;
    int to = isUp ? high : low;
    // What was not mapped at the old place is not mapped at the new one either.
    unmapped.add(new Unmapped(space, new PageRange(to, to + count - 1)));
    return change(
        space.id(),
        ChangeKind.MOVE,
        List.of(new PageRange(from, from + count - 1), new PageRange(to, to + count - 1)),
        () -> space.table().move(from, to, count));
  }

  private Optional<SvmException> fork() {
    EmulatedSpace parent = spaces.root();
    PageRange pages = pickPages(FORK_PAGES_MAX);
    long childId;
    try {
      childId = spaces.createChild(options.pageSizeBytes());
    } catch (SvmException e) {
      return Optional.of(e);
    }
    AtomicLong made = new AtomicLong();
    Optional<SvmException> failure =
        change(
            parent.id(),
            ChangeKind.FORK,
            List.of(pages),
            () -> {
              PageTable child = parent.table().fork(childId, pages.first(), pages.last());
              made.set(child.spaceId());
              spaces.addChild(child, System.nanoTime() + options.childLife().toNanos());
            });
    if (made.get() == 0) {
      spaces.deleteChild(childId);
    }
    return failure;
  }

  /** Maps what a change unmapped. Nothing can be mirrored there, so nobody has to be told. */
  private void mapAgain(Unmapped range) {
    range.space.useIfLiving(
        () -> {
          memory.lock().writeLock().lock();
          try {
            range.space.table().map(range.pages.first(), range.pages.last());
          } finally {
            memory.lock().writeLock().unlock();
          }
        });
  }

  private EmulatedSpace pickSpace() {
    List<EmulatedSpace> children = spaces.children();
    return children.isEmpty() || random.nextInt(100) >= CHILD_PERCENT
        ? spaces.root()
        : children.get(random.nextInt(children.size()));
  }

  private PageRange pickPages(int pagesMax) {
    int count = 1 + random.nextInt(Math.min(pagesMax, options.pages()));
    int first = random.nextInt(options.pages() - count + 1);
    return new PageRange(first, first + count - 1);
  }

  private ChangeKind pickKind() {
    int total = 0;
    for (ChangeKind kind : ChangeKind.values()) {
      total += kind.weight();
    }
    int at = random.nextInt(total);
    for (ChangeKind kind : ChangeKind.values()) {
      at -= kind.weight();
      if (at < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("weights: " + total + " (expected: their sum)");
  }

  /** Pages that a change of this loop may have unmapped. */
  private record Unmapped(EmulatedSpace space, PageRange pages) {}
}
