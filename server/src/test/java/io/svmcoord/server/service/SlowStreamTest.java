package io.svmcoord.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.server.kernel.Invalidation;
import io.svmcoord.server.kernel.InvalidationEvent;
import io.svmcoord.server.kernel.InvalidationId;
import io.svmcoord.server.kernel.SpaceBaseline;
import io.svmcoord.v1.DeviceNotice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A stream that is not read: what waits is merged, bounded, and told in its place (G7, G11). */
class SlowStreamTest {
  private static final StreamOutbox.Limits LIMITS = new StreamOutbox.Limits(4096, 20, 40_000, 60);
  private static final long PAGE = 4096;

  private final FakeLoop loop = new FakeLoop();
  private final LoopOutbox loopOutbox = new LoopOutbox(loop);
  private final FakeCall call = new FakeCall();
  private final FakeOwner owner = new FakeOwner();
  private final DeviceNotices notices = new DeviceNotices();
  private final StreamOutbox outbox = new StreamOutbox(call, loopOutbox, LIMITS, owner);

  private Chunk begin(long space, long sequence, long page) {
    return notices.invalidate(invalidation(space, sequence, page));
  }

  private Chunk end(long space, long sequence, long page) {
    return notices.ended(invalidation(space, sequence, page), false, 0);
  }

  private static Invalidation invalidation(long space, long sequence, long page) {
    AddressRange range = new AddressRange(page * PAGE, page * PAGE + PAGE - 1);
    return new Invalidation(
        new InvalidationId(space, 1, sequence),
        InvalidationEvent.UNMAP,
        false,
        AddressRanges.of(range));
  }

  private static Chunk answer(long number) {
    return DeviceNotices.heartbeat(number, 1_000_000);
  }

  private static SpaceBaseline baseline(long space, long sequence) {
    return new SpaceBaseline(space, 1, sequence, 1, List.of(), false);
  }

  private void catchUp(SpaceBaseline... baselines) {
    long[] asked = owner.asked().removeFirst();
    outbox.accept(new Outgoing.CatchUp(asked, List.of(baselines)));
    loop.runAll();
  }

  private void readAgain() {
    call.readyFor(Integer.MAX_VALUE);
    outbox.flush();
  }

  private List<DeviceNotice> read() {
    return call.messages().stream().flatMap(each -> each.getNoticesList().stream()).toList();
  }

  @Test
  void events_pastTheSoftLimit_becomeOneNoticeBehindTheAnswers() {
    call.readyFor(0);
    for (int i = 0; i < 100; i++) {
      outbox.accept(begin(1, 1 + i, i % 10));
      outbox.accept(end(1, 1 + i, i % 10));
      if (i % 40 == 0) {
        outbox.accept(answer(i));
      }
    }
    assertThat(outbox.waitingNotices()).as("3 answers and a space").isEqualTo(4);
    assertThat(loopOutbox.waitingNotices()).isEqualTo(4);
    assertThat(loopOutbox.waitingBytes()).isEqualTo(outbox.waitingBytes());

    readAgain();
    assertThat(owner.asked()).hasSize(1);
    catchUp(baseline(1, 100));

    assertThat(call.numbers()).startsWith(0L, 40L, 80L);
    DeviceNotice last = read().getLast();
    assertThat(read()).hasSize(4);
    assertThat(last.getCaughtUp().getSequence()).isEqualTo(100);
    assertThat(last.getCaughtUp().getResyncRequired()).isFalse();
    assertThat(last.getCaughtUp().getChangedList())
        .as("pages 0 to 9, end to end")
        .singleElement()
        .satisfies(range -> assertThat(range.getLast()).isEqualTo(10 * PAGE - 1));
    assertThat(loopOutbox.mergedNotices()).isEqualTo(1);
    assertThat(outbox.waitingNotices()).isZero();
    assertThat(outbox.waitingBytes()).isZero();
  }

  @Test
  void events_ofMoreRangesThanAreKept_becomeTheWholeSpaceOnce() {
    call.readyFor(0);
    for (int i = 0; i <= 40 + 2 * ChangedRanges.RANGES_MAX; i++) {
      outbox.accept(begin(1, 1 + i, 2L * i));
    }
    readAgain();
    catchUp(baseline(1, 999));

    assertThat(read()).hasSize(1);
    assertThat(read().getFirst().getCaughtUp().getResyncRequired()).isTrue();
    assertThat(read().getFirst().getCaughtUp().getChangedList()).isEmpty();
    assertThat(loopOutbox.resyncNotices()).isEqualTo(1);
  }

  @Test
  void events_whileTheBaselineIsOnItsWay_areInItsNotice() {
    call.readyFor(0);
    for (int i = 0; i < 30; i++) {
      outbox.accept(begin(1, 1 + i, 0));
    }
    readAgain();

    outbox.accept(begin(1, 31, 5));
    loop.runAll();
    assertThat(read()).as("it waits for the baseline").isEmpty();
    catchUp(baseline(1, 31));
    outbox.accept(begin(1, 32, 7));
    loop.runAll();

    assertThat(owner.asked()).isEmpty();
    assertThat(read().getFirst().getCaughtUp().getChangedList()).hasSize(2);
    assertThat(read().getLast().getInvalidate().getSequence()).isEqualTo(32);
  }

  @Test
  void notice_thatHasToWait_isMergedAgain() {
    call.readyFor(0);
    for (int i = 0; i < 30; i++) {
      outbox.accept(begin(1, 1 + i, 0));
    }
    call.readyFor(1);
    outbox.flush();
    call.readyFor(0);
    catchUp(baseline(1, 30));
    assertThat(read()).isEmpty();

    for (int i = 30; i < 60; i++) {
      outbox.accept(begin(1, 1 + i, 3));
    }
    readAgain();
    catchUp(baseline(1, 60));

    assertThat(read()).hasSize(1);
    assertThat(read().getFirst().getCaughtUp().getChangedList()).hasSize(2);
  }

  @Test
  void space_thatTheSessionLeft_isForgotten() {
    call.readyFor(0);
    for (int i = 0; i < 30; i++) {
      outbox.accept(begin(1, 1 + i, 0));
    }
    readAgain();
    catchUp();

    assertThat(read()).isEmpty();
    assertThat(outbox.waitingNotices()).isZero();
    outbox.accept(begin(1, 31, 0));
    loop.runAll();
    assertThat(read()).singleElement().matches(DeviceNotice::hasInvalidate);
  }

  @Test
  void spaces_many_areCaughtUpSomeAtATime() {
    int spaces = 40;
    call.readyFor(0);
    for (int i = 0; i < spaces; i++) {
      outbox.accept(begin(i, 1, 0));
    }
    readAgain();
    while (!owner.asked().isEmpty()) {
      long[] asked = owner.asked().getFirst();
      assertThat(asked.length).isLessThanOrEqualTo(StreamOutbox.SPACES_PER_CATCH_UP);
      catchUp(LongStream.of(asked).mapToObj(id -> baseline(id, 1)).toArray(SpaceBaseline[]::new));
    }

    assertThat(read()).hasSize(spaces);
    assertThat(outbox.waitingNotices()).isZero();
  }

  @Test
  void burst_ofAStreamThatIsRead_isNotMerged() {
    for (int i = 0; i < 100; i++) {
      outbox.accept(begin(1, 1 + i, i));
    }
    loop.runAll();

    assertThat(read()).hasSize(100).allMatch(DeviceNotice::hasInvalidate);
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  /**
   * Whatever comes in whatever order, what waits stays within the limits, and a device that drops
   * what it is told has dropped all that changed up to each sequence that it is told.
   */
  @ParameterizedTest
  @MethodSource("seeds")
  void random_readsAndEvents_boundedAndNothingMissed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long pages = 1 + random.nextLong(2000);
    List<List<Long>> changed = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < 600; i++) {
      int space = random.nextInt(changed.size());
      List<Long> log = changed.get(space);
      switch (random.nextInt(40)) {
        case 0 -> call.readyFor(random.nextInt(3));
        case 1 -> readAgain();
        case 2 -> loop.runAll();
        case 3 -> outbox.accept(answer(i));
        case 4, 5 -> answerBaselines(changed);
        default -> {
          log.add(random.nextLong(pages));
          outbox.accept(begin(space, log.size(), log.getLast()));
        }
      }
      assertThat(outbox.waitingNotices()).isLessThanOrEqualTo(LIMITS.noticesMax());
      assertThat(outbox.waitingBytes()).isLessThanOrEqualTo(LIMITS.bytesMax());
    }
    do {
      readAgain();
      loop.runAll();
    } while (answerBaselines(changed));

    assertThat(owner.overflows()).as("answers that can't be merged").isZero();
    assertThat(outbox.waitingNotices()).isZero();
    for (int space = 0; space < changed.size(); space++) {
      assertNothingMissed(space, changed.get(space));
    }
  }

  private boolean answerBaselines(List<List<Long>> changed) {
    if (owner.asked().isEmpty()) {
      return false;
    }
    catchUp(
        Arrays.stream(owner.asked().getFirst())
            .mapToObj(id -> baseline(id, changed.get((int) id).size()))
            .toArray(SpaceBaseline[]::new));
    return true;
  }

  private void assertNothingMissed(long space, List<Long> pageOfSequence) {
    BitSet dropped = new BitSet();
    long sequence = 0;
    for (DeviceNotice notice : read()) {
      if (notice.hasInvalidate() && notice.getInvalidate().getSpaceId() == space) {
        assertThat(notice.getInvalidate().getSequence()).isEqualTo(++sequence);
        continue;
      }
      if (!notice.hasCaughtUp() || notice.getCaughtUp().getSpaceId() != space) {
        continue;
      }
      dropped.clear();
      notice
          .getCaughtUp()
          .getChangedList()
          .forEach(
              range ->
                  dropped.set((int) (range.getFirst() / PAGE), (int) (range.getLast() / PAGE) + 1));
      assertThat(notice.getCaughtUp().getSequence()).isGreaterThanOrEqualTo(sequence);
      while (sequence < notice.getCaughtUp().getSequence()) {
        int page = pageOfSequence.get((int) sequence++).intValue();
        assertThat(notice.getCaughtUp().getResyncRequired() || dropped.get(page))
            .as("page %d of sequence %d", page, sequence)
            .isTrue();
      }
    }
    assertThat(sequence).isEqualTo(pageOfSequence.size());
  }
}
