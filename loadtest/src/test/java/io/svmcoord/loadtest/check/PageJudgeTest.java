package io.svmcoord.loadtest.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.loadtest.memory.FaultAccess;
import io.svmcoord.loadtest.memory.FaultOutcome;
import io.svmcoord.loadtest.memory.FrameReading;
import io.svmcoord.loadtest.memory.HostMemory;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.loadtest.memory.PageTable;
import io.svmcoord.loadtest.memory.SharedMemory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageJudgeTest {
  private static final long SPACE = 42;
  private static final Verdict FRESH = new Verdict.Fresh();
  private static final MemoryGeometry GEOMETRY = new MemoryGeometry(4096, 8, 40, 2, 0);

  private final AtomicLong nowNanos = new AtomicLong(1_000);
  private final SharedMemory memory = SharedMemory.create(GEOMETRY);
  private final HostMemory host = new HostMemory(memory, nowNanos::get);
  private final PageTable table = host.newSpace(SPACE);
  private final PageJudge judge = new PageJudge(memory);

  @BeforeEach
  void lock() {
    host.lock().writeLock().lock();
    table.map(0, 7);
  }

  @AfterEach
  void close() {
    host.lock().writeLock().unlock();
    host.close();
  }

  @Test
  void judge_currentPage_fresh() {
    long frame = fault(table, 3);

    assertThat(judge(3, memory.frames().readVersion(frame), frame)).isEqualTo(FRESH);
  }

  @Test
  void judge_entryRetiredBeforeRead_stale() {
    long frame = fault(table, 3);
    long version = memory.frames().readVersion(frame);
    table.migrate(3, 3);
    // The freed frame still holds the old content: only the record tells.
    nowNanos.incrementAndGet();

    assertThat(judge(3, version, frame)).isEqualTo(stale(Verdict.Reason.RETIRED_ENTRY));
    assertThat(judge(3, 0, frame)).isEqualTo(stale(Verdict.Reason.RETIRED_CONTENT));
  }

  @Test
  void judge_retiredAtTheReadOrLater_fresh() {
    long frame = fault(table, 3);
    long version = memory.frames().readVersion(frame);
    FrameReading seen = memory.frames().read(frame);
    PageRead read = new PageRead(SPACE, 3, version, seen, nowNanos.get());
    table.migrate(3, 3);

    assertThat(judge.judge(read)).isEqualTo(FRESH);
  }

  @Test
  void judge_newVersionInPlace_staleByEntry() {
    long frame = fault(table, 3);
    long version = memory.frames().readVersion(frame);
    table.protect(3, 3, false);
    nowNanos.incrementAndGet();

    assertThat(judge(3, version, frame)).isEqualTo(stale(Verdict.Reason.RETIRED_ENTRY));
    assertThat(judge(3, 0, frame)).isEqualTo(FRESH);
  }

  @Test
  void judge_frameOfOtherPage_stale() {
    long frame = fault(table, 3);
    table.unmap(3, 3);
    assertThat(fault(table, 5)).isEqualTo(frame);

    assertThat(judge(3, 0, frame)).isEqualTo(stale(Verdict.Reason.FRAME_REUSED));
  }

  @Test
  void judge_halfWrittenFrame_stale() {
    long frame = fault(table, 3);
    FrameReading seen = memory.frames().read(frame);
    FrameReading torn = new FrameReading(seen.spaceId(), seen.page(), seen.version(), false);

    assertThat(judge.judge(new PageRead(SPACE, 3, seen.version(), torn, nowNanos.get())))
        .isEqualTo(stale(Verdict.Reason.TORN));
  }

  @Test
  void judge_childReadsSharedPage_freshUntilParentReusesTheFrame() {
    long frame = fault(table, 3);
    PageTable child = table.fork(43, 0, 7);
    assertThat(fault(child, 3)).isEqualTo(frame);
    assertThat(judge(43, 3, 0, frame)).isEqualTo(FRESH);

    // The child lets go of the frame, the parent writes its page in place.
    child.unmap(3, 3);
    table.protect(3, 3, true);

    assertThat(judge(43, 3, 0, frame)).isEqualTo(stale(Verdict.Reason.FRAME_REUSED));
  }

  @Test
  void judge_spaceReleasedBeforeRead_staleEvenWhenForgotten() {
    fault(table, 3);
    PageTable child = table.fork(43, 0, 7);
    long frame = fault(child, 3);
    FrameReading seen = memory.frames().read(frame);
    PageRead before = new PageRead(43, 3, 0, seen, nowNanos.get());
    child.release();
    PageRead after = new PageRead(43, 3, 0, seen, nowNanos.get() + 1);

    assertThat(judge.judge(before)).isEqualTo(FRESH);
    assertThat(judge.judge(after)).isEqualTo(stale(Verdict.Reason.SPACE_RELEASED));
    table.fork(44, 0, 7);
    assertThat(judge.judge(before)).isEqualTo(FRESH);
    assertThat(judge.judge(after)).isEqualTo(stale(Verdict.Reason.SPACE_RELEASED));
  }

  @Test
  void tally_manyStalePages_countsAllDescribesFew() {
    ReadTally tally = new ReadTally();
    PageRead read = new PageRead(1, 2, 3, new FrameReading(4, 5, 6, true), 7);
    tally.add("gpu-0", read, FRESH);
    for (int i = 0; i < 20; i++) {
      tally.add("gpu-0", read, stale(Verdict.Reason.TORN));
    }

    assertThat(tally.checked()).isEqualTo(21);
    assertThat(tally.stale()).isEqualTo(20);
    assertThat(tally.staleByReason()).containsOnlyKeys(Verdict.Reason.TORN);
    assertThat(tally.examples()).hasSize(ReadTally.EXAMPLES_MAX);
    assertThat(tally.examples().getFirst())
        .isEqualTo(
            "gpu-0: TORN, page 2 of space 1 mapped at version 3,"
                + " saw page 5 of space 4 at version 6");
  }

  private Verdict judge(int page, long mappedVersion, long frame) {
    return judge(SPACE, page, mappedVersion, frame);
  }

  private Verdict judge(long spaceId, int page, long mappedVersion, long frame) {
    return judge.judge(
        new PageRead(spaceId, page, mappedVersion, memory.frames().read(frame), nowNanos.get()));
  }

  private static long fault(PageTable space, int page) {
    FaultOutcome outcome = space.fault(page, page, FaultAccess.READ);
    return ((FaultOutcome.Present) outcome).pages().getFirst().frameOffset();
  }

  private static Verdict stale(Verdict.Reason reason) {
    return new Verdict.Stale(reason);
  }
}
