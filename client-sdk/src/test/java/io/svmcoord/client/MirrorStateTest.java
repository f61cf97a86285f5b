package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MirrorStateTest {
  private static final long PAGE = 4096;
  private static final int PAGES = 12;

  private final MirrorState state = new MirrorState();

  @Test
  void check_nothingChanged_isValid() {
    state.subscribed(pages(0, 9), Map.of());

    LocalToken token = state.token(pages(0, 3));

    assertThat(state.check(token, pages(0, 3))).isEqualTo(RetryResult.VALID);
  }

  @Test
  void check_raisedElsewhere_isValid() {
    state.subscribed(pages(0, 9), Map.of());
    LocalToken token = state.token(pages(0, 3));

    state.raise(pages(4, 9));

    assertThat(state.check(token, pages(0, 3))).isEqualTo(RetryResult.VALID);
  }

  @Test
  void check_beganAndEndedSinceToken_isInvalidated() {
    state.subscribed(pages(0, 9), Map.of());
    LocalToken token = state.token(pages(0, 3));

    invalidate(7, pages(3, 4));
    state.ended(7);

    assertThat(state.check(token, pages(0, 3))).isEqualTo(RetryResult.INVALIDATED);
    assertThat(state.check(token, pages(0, 2))).isEqualTo(RetryResult.VALID);
  }

  @Test
  void check_tokenUsedTwice_answersTheSame() {
    state.subscribed(pages(0, 9), Map.of());
    LocalToken token = state.token(pages(0, 3));
    invalidate(7, pages(3, 4));

    assertThat(state.check(token, pages(0, 3))).isEqualTo(RetryResult.INVALIDATED);
    assertThat(state.check(token, pages(0, 3))).isEqualTo(RetryResult.INVALIDATED);
  }

  @Test
  void check_fencedAndSubscribedAgain_isFenced() {
    state.subscribed(pages(0, 9), Map.of());
    LocalToken token = state.token(pages(0, 3));

    state.fence();
    assertThat(state.check(token, pages(0, 3))).isEqualTo(RetryResult.FENCED);
    state.subscribed(pages(0, 9), Map.of());

    assertThat(state.check(token, pages(0, 3))).isEqualTo(RetryResult.FENCED);
  }

  @Test
  void check_spaceReleased_isSpaceGone() {
    state.subscribed(pages(0, 9), Map.of());
    LocalToken token = state.token(pages(0, 3));

    state.finish(MirrorState.Phase.GONE);

    assertThat(state.check(token, pages(0, 3))).isEqualTo(RetryResult.SPACE_GONE);
  }

  @Test
  void check_foreignTokenOrWiderRanges_isRefused() {
    state.subscribed(pages(0, 9), Map.of());
    LocalToken token = state.token(pages(0, 3));
    LocalToken foreign = new MirrorState().token(pages(0, 3));

    assertThatThrownBy(() -> state.check(foreign, pages(0, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one of this mirror");
    assertThatThrownBy(() -> state.check(token, pages(0, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("within");
  }

  @Test
  void subscribed_runningInvalidation_blocksUntilItsEnd() {
    state.subscribed(pages(0, 9), Map.of(5L, pages(2, 3)));
    assertThat(state.isRunning(pages(3, 4))).isTrue();
    assertThat(state.isRunning(pages(4, 4))).isFalse();

    state.ended(5);

    assertThat(state.isRunning(pages(3, 4))).isFalse();
  }

  @Test
  void await_twoOverlappingRunning_isWokenByTheLastOfThem() {
    state.subscribed(pages(0, 9), Map.of());
    AtomicInteger wakes = new AtomicInteger();
    invalidate(1, pages(0, 1));
    invalidate(2, pages(1, 2));
    invalidate(3, pages(8, 9));
    MirrorState.Waiter waiter = state.await(pages(1, 1), wakes::incrementAndGet);

    state.ended(3);
    state.ended(1);
    assertThat(wakes).hasValue(0);
    state.ended(2);

    assertThat(wakes).hasValue(1);
    state.leave(waiter);
    assertThat(state.waiters()).isZero();
  }

  @Test
  void suspend_subscriptionUnderUpdate_mayNotBeMappedUntilAnswer() {
    state.subscribed(pages(0, 9), Map.of());
    LocalToken token = state.token(pages(0, 0));

    state.suspend(pages(0, 9));
    assertThat(state.covers(pages(0, 0))).isFalse();
    assertThat(state.subscribes(pages(0, 0))).isTrue();
    assertThat(state.check(token, pages(0, 0))).isEqualTo(RetryResult.INVALIDATED);
    state.updated(pages(0, 4), Optional.of(pages(0, 4)), Map.of());

    assertThat(state.covers(pages(0, 4))).isTrue();
    assertThat(state.subscribes(pages(5, 5))).isFalse();
  }

  @Test
  void updateRefused_suspendedRange_isCoveredAgainAndStillWaits() {
    state.subscribed(pages(0, 9), Map.of());
    state.suspend(pages(0, 9));
    invalidate(4, pages(0, 0));

    state.updateRefused();

    assertThat(state.covers(pages(0, 9))).isTrue();
    assertThat(state.isRunning(pages(0, 0))).isTrue();
  }

  @Test
  void updated_rangeGivenUp_forgetsRunningOfIt() {
    state.subscribed(pages(0, 9), Map.of());
    invalidate(4, pages(8, 9));

    state.suspend(pages(0, 9));
    state.updated(pages(0, 4), Optional.of(pages(0, 4)), Map.of());
    state.updated(pages(0, 9), Optional.of(pages(5, 9)), Map.of());

    assertThat(state.isRunning(pages(8, 9))).isFalse();
  }

  @Test
  void fence_waitingReader_isWokenWhenSubscribedAgain() {
    state.subscribed(pages(0, 9), Map.of());
    AtomicInteger wakes = new AtomicInteger();
    invalidate(1, pages(0, 1));
    state.await(pages(1, 1), wakes::incrementAndGet);

    state.fence();
    assertThat(wakes).hasValue(0);
    state.subscribed(pages(0, 9), Map.of());

    assertThat(wakes).hasValue(1);
  }

  /** Against an oracle that keeps every page's whole history. */
  @Test
  void randomOperations_againstPageByPageOracle_agree() {
    for (long seed = 1; seed <= 300; seed++) {
      new RandomRun(seed).run(200);
    }
  }

  private void invalidate(long sequence, AddressRanges ranges) {
    state.raise(ranges);
    state.began(sequence, ranges);
  }

  private static AddressRanges pages(long first, long last) {
    return AddressRanges.of(new AddressRange(first * PAGE, last * PAGE + PAGE - 1));
  }

  /** One run; pages lie at the end of the address space, where arithmetic wraps. */
  private static final class RandomRun {
    private final long seed;
    private final SplittableRandom random;
    private final MirrorState state = new MirrorState();
    private final Set<Integer> covered = new HashSet<>();
    private final Set<Integer> suspended = new HashSet<>();
    private final Map<Long, Set<Integer>> running = new HashMap<>();
    private final long[] changedAt = new long[PAGES];
    private final List<Held> tokens = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private long changes;
    private long lastSequence;
    private boolean isLive;
    private int generation;

    private record Held(LocalToken token, Set<Integer> pages, long changes, int generation) {}

    private static final class Waiting {
      final Set<Integer> pages;
      boolean isWoken;
      boolean wasReadable;

      Waiting(Set<Integer> pages) {
        this.pages = pages;
      }
    }

    RandomRun(long seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
    }

    void run(int steps) {
      for (int step = 0; step < steps; step++) {
        operate();
        compare("seed %d step %d".formatted(seed, step));
      }
    }

    private void operate() {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> begin();
        case 3, 4 -> end();
        case 5 -> token();
        case 6 -> await();
        case 7 -> update();
        case 8 -> subscribe();
        default -> {
          if (random.nextInt(4) == 0) {
            fence();
          }
        }
      }
    }

    private void begin() {
      Set<Integer> pages = somePages();
      state.raise(ranges(pages));
      state.began(++lastSequence, ranges(pages));
      change(pages);
      if (pages.stream().anyMatch(page -> covered.contains(page) || suspended.contains(page))) {
        running.put(lastSequence, pages);
      }
    }

    private void end() {
      long sequence = random.nextLong(lastSequence + 1);
      state.ended(sequence);
      running.remove(sequence);
    }

    private void token() {
      Set<Integer> pages = somePages();
      if (isReadable(pages)) {
        tokens.add(new Held(state.token(ranges(pages)), pages, changes, generation));
      }
    }

    private void await() {
      Set<Integer> pages = somePages();
      if (!isReadable(pages) && covered.containsAll(pages)) {
        Waiting one = new Waiting(pages);
        state.await(ranges(pages), () -> one.isWoken = true);
        waiting.add(one);
      }
    }

    private void subscribe() {
      if (!isLive) {
        Set<Integer> pages = somePages();
        Map<Long, Set<Integer>> now = running(pages);
        state.subscribed(ranges(pages), ranges(now));
        isLive = true;
        become(pages, pages, now);
        running.clear();
        running.putAll(now);
      }
    }

    private void update() {
      if (!isLive || !suspended.isEmpty() || covered.isEmpty()) {
        answer();
        return;
      }
      Set<Integer> pages = new HashSet<>(somePages());
      pages.retainAll(covered);
      if (!pages.isEmpty()) {
        state.suspend(ranges(pages));
        change(pages);
        covered.removeAll(pages);
        suspended.addAll(pages);
      }
    }

    private void answer() {
      if (suspended.isEmpty() || !isLive) {
        return;
      }
      if (random.nextBoolean()) {
        state.updateRefused();
        covered.addAll(suspended);
        suspended.clear();
        return;
      }
      Set<Integer> added = somePages();
      added.removeAll(covered);
      Set<Integer> now = new HashSet<>(covered);
      now.addAll(added);
      if (now.isEmpty()) {
        return;
      }
      Map<Long, Set<Integer>> runningNow = running(added);
      state.updated(
          ranges(now),
          added.isEmpty() ? Optional.empty() : Optional.of(ranges(added)),
          ranges(runningNow));
      become(now, added, runningNow);
    }

    private void become(Set<Integer> now, Set<Integer> added, Map<Long, Set<Integer>> runningNow) {
      change(added);
      covered.clear();
      covered.addAll(now);
      suspended.clear();
      running.values().removeIf(pages -> pages.stream().noneMatch(now::contains));
      runningNow.forEach(running::putIfAbsent);
    }

    private Map<Long, Set<Integer>> running(Set<Integer> added) {
      Map<Long, Set<Integer>> now = new HashMap<>();
      if (!added.isEmpty() && random.nextBoolean()) {
        now.put(++lastSequence, Set.of(added.iterator().next()));
      }
      return now;
    }

    private void fence() {
      state.fence();
      isLive = false;
      generation++;
      running.clear();
    }

    private void change(Set<Integer> pages) {
      changes++;
      pages.forEach(page -> changedAt[page] = changes);
    }

    private boolean isReadable(Set<Integer> pages) {
      return isLive && covered.containsAll(pages) && !isRunning(pages);
    }

    private boolean isRunning(Set<Integer> pages) {
      return running.values().stream().anyMatch(one -> one.stream().anyMatch(pages::contains));
    }

    private void compare(String where) {
      for (Held held : tokens) {
        boolean isValid =
            isLive
                && held.generation == generation
                && held.pages.stream().allMatch(page -> changedAt[page] <= held.changes);
        assertThat(state.check(held.token, ranges(held.pages)).isRetry())
            .as(where)
            .isEqualTo(!isValid);
        assertThat(isValid || !state.ready().holds(held.token, ranges(held.pages)))
            .as("%s: a ready token is valid", where)
            .isTrue();
      }
      for (int page = 0; page < PAGES; page++) {
        assertThat(state.isRunning(ranges(Set.of(page))))
            .as(where)
            .isEqualTo(isRunning(Set.of(page)));
        assertThat(state.covers(ranges(Set.of(page)))).as(where).isEqualTo(covered.contains(page));
      }
      for (Waiting one : waiting) {
        one.wasReadable |= isReadable(one.pages);
        assertThat(one.isWoken || !one.wasReadable).as("%s: woken once readable", where).isTrue();
      }
    }

    private Set<Integer> somePages() {
      Set<Integer> pages = new HashSet<>();
      int first = random.nextInt(PAGES);
      for (int page = first; page < Math.min(PAGES, first + 1 + random.nextInt(4)); page++) {
        pages.add(page);
      }
      if (random.nextInt(3) == 0) {
        pages.add(random.nextInt(PAGES));
      }
      return pages;
    }

    private static Map<Long, AddressRanges> ranges(Map<Long, Set<Integer>> running) {
      Map<Long, AddressRanges> ranges = new HashMap<>();
      running.forEach((sequence, pages) -> ranges.put(sequence, ranges(pages)));
      return ranges;
    }

    private static AddressRanges ranges(Set<Integer> pages) {
      return AddressRanges.of(
          pages.stream().map(page -> AddressRange.ofLength((page - PAGES) * PAGE, PAGE)).toList());
    }
  }
}
