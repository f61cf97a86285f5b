package io.svmcoord.client;

import static io.svmcoord.client.DeviceFixture.PATIENCE;
import static io.svmcoord.client.FakeCoordinator.EPOCH;
import static io.svmcoord.client.FakeCoordinator.PAGE;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.ended;
import static io.svmcoord.client.FakeCoordinator.invalidate;
import static io.svmcoord.client.FakeCoordinator.next;
import static io.svmcoord.client.FakeCoordinator.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.client.examples.ChunkedMirror;
import io.svmcoord.client.examples.FaultingMirror;
import io.svmcoord.client.examples.JobMirror;
import io.svmcoord.client.examples.RegistrationCache;
import io.svmcoord.client.examples.RegistrationCache.Registration;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example drivers against a scripted coordinator, each with its rule for non-blockable. */
@Timeout(60)
class DriverModelsTest {
  private static final AddressRange WINDOW = pages(0, 1024);

  private final DeviceFixture fixture = new DeviceFixture();
  private final AtomicInteger fetches = new AtomicInteger();

  /** Runs in each fetch, unlocked; gets its number from 1. */
  private volatile IntConsumer duringFetch = fetch -> {};

  /** Pages from here on are not mapped. */
  private volatile long endOfMapping = 1024 * PAGE;

  @AfterEach
  void close() {
    started.forEach(job -> job.fence.complete(null));
    fixture.close();
  }

  /** The frame of a page tells in which fetch it was read. */
  private List<MirroredPage> fetch(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    int number = fetches.incrementAndGet();
    duringFetch.accept(number);
    List<MirroredPage> pages = new ArrayList<>();
    for (long at = range.first(); at < range.last(); at += PAGE) {
      if (at >= endOfMapping) {
        throw PageFaultException.noMapping(at);
      }
      pages.add(new MirroredPage(at, number, access == Access.WRITE, 0));
    }
    return pages;
  }

  private void invalidateAndEnd(long sequence, AddressRange range) {
    fixture.stream.send(invalidate(sequence, range));
    fixture.awaitAck(sequence);
    fixture.stream.send(ended(sequence, false));
  }

  private static DeviceNotice.Builder clear(long sequence, AddressRange range) {
    return DeviceNotice.newBuilder()
        .setInvalidate(
            Invalidate.newBuilder()
                .setSpaceId(SPACE)
                .setEpoch(EPOCH)
                .setSequence(sequence)
                .setEvent(InvalidationEvent.INVALIDATION_EVENT_CLEAR)
                .addRanges(Wire.range(range)));
  }

  // Faulting mirror.

  private FaultingMirror faulting() {
    return fixture.answering(() -> new FaultingMirror(fixture.device, SPACE, WINDOW, this::fetch));
  }

  private static long frame(FaultingMirror mirror, long page, Access access) {
    return mirror.use(page * PAGE + 8, access, PATIENCE, MirroredPage::frame);
  }

  @Test
  void faulting_use_faultsOnceUntilInvalidated() {
    FaultingMirror mirror = faulting();

    assertThat(frame(mirror, 3, Access.READ)).isEqualTo(1);
    assertThat(frame(mirror, 3, Access.READ)).isEqualTo(1);
    invalidateAndEnd(1, pages(3, 1));
    assertThat(mirror.mapped()).isZero();

    assertThat(frame(mirror, 3, Access.READ)).isEqualTo(2);
    assertThat(frame(mirror, 3, Access.WRITE)).isEqualTo(3);
  }

  @Test
  void faulting_invalidatedDuringFetch_usesTheSecondList() {
    FaultingMirror mirror = faulting();
    duringFetch =
        number -> {
          if (number == 1) {
            invalidateAndEnd(1, pages(3, 1));
          }
        };

    assertThat(frame(mirror, 3, Access.READ)).isEqualTo(2);
  }

  @Test
  void faulting_nonBlockable_isAccepted() {
    FaultingMirror mirror = faulting();
    frame(mirror, 3, Access.READ);

    fixture.stream.send(invalidate(1, pages(3, 1), true));

    fixture.awaitAck(1);
    assertThat(mirror.mapped()).isZero();
  }

  @Test
  void faulting_noUseInTime_endsAtItsLimit() {
    FaultingMirror mirror = faulting();
    fixture.stream.send(invalidate(1, pages(3, 1)));
    fixture.awaitAck(1);

    assertThatThrownBy(
            () -> mirror.use(3 * PAGE, Access.READ, Duration.ofMillis(20), MirroredPage::frame))
        .isInstanceOf(TimedOutException.class);
  }

  // Chunked mirror.

  private ChunkedMirror chunked() {
    return new ChunkedMirror(fixture.device, SPACE, this::fetch, 512 * PAGE);
  }

  private AddressRange faultChunk(ChunkedMirror mirror, long page) {
    return mirror.fault(page * PAGE, Access.READ, PATIENCE);
  }

  @Test
  void chunked_fault_mapsTheLargestThatFits() {
    endOfMapping = 512 * PAGE + 20 * PAGE;
    ChunkedMirror mirror = chunked();

    assertThat(fixture.answering(() -> faultChunk(mirror, 5))).isEqualTo(pages(0, 512));
    assertThat(fixture.answering(() -> faultChunk(mirror, 513))).isEqualTo(pages(512, 16));
    assertThat(faultChunk(mirror, 530)).isEqualTo(pages(530, 1));
    assertThat(mirror.windows()).containsExactly(pages(0, 512), pages(512, 512));
    assertThatThrownBy(() -> faultChunk(mirror, 532)).isInstanceOf(PageFaultException.class);
  }

  @Test
  void chunked_clear_zapsTheChunkAndFaultsItAgain() {
    ChunkedMirror mirror = chunked();
    fixture.answering(() -> faultChunk(mirror, 5));

    fixture.stream.send(clear(1, pages(7, 1)), ended(1, false));
    fixture.awaitAck(1);

    assertThat(mirror.lookup(5 * PAGE)).isEmpty();
    assertThat(faultChunk(mirror, 5)).isEqualTo(pages(0, 512));
    assertThat(mirror.lookup(5 * PAGE)).isPresent();
  }

  @Test
  void chunked_partialUnmap_destroysTheChunkAndMakesSmallerOnes() {
    ChunkedMirror mirror = chunked();
    fixture.answering(() -> faultChunk(mirror, 5));
    endOfMapping = 40 * PAGE;

    invalidateAndEnd(1, pages(40, 472));
    assertThat(mirror.lookup(5 * PAGE)).isEmpty();
    // The collector empties the window and closes its mirror; the fault makes a new one.
    CompletableFuture<AddressRange> fault =
        CompletableFuture.supplyAsync(() -> faultChunk(mirror, 5));
    DeviceCommand closed = fixture.stream.nextUpdate();
    assertThat(closed.getUpdate().getRemoveCount()).isEqualTo(1);
    fixture.stream.answer(closed);
    DeviceCommand opened = fixture.stream.nextUpdate();
    assertThat(opened.getUpdate().getAddCount()).isEqualTo(1);
    fixture.stream.answer(opened);

    assertThat(fault.join()).isEqualTo(pages(0, 16));
    assertThat(faultChunk(mirror, 35)).isEqualTo(pages(35, 1));
  }

  @Test
  void chunked_nonBlockable_isRefusedAndLeavesTheChunk() {
    ChunkedMirror mirror = chunked();
    fixture.answering(() -> faultChunk(mirror, 5));

    fixture.stream.send(invalidate(1, pages(7, 1), true));

    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_WOULD_BLOCK);
    assertThat(mirror.lookup(5 * PAGE)).isPresent();
  }

  // Registration cache.

  private static final class CountingPins implements RegistrationCache.Pins {
    final AtomicInteger pinned = new AtomicInteger();

    @Override
    public void pin(List<MirroredPage> pages) {
      pinned.addAndGet(pages.size());
    }

    @Override
    public void unpin(List<MirroredPage> pages) {
      pinned.addAndGet(-pages.size());
    }
  }

  private final CountingPins pins = new CountingPins();
  private final List<Runnable> work = new CopyOnWriteArrayList<>();

  private RegistrationCache cache() {
    return fixture.answering(
        () -> new RegistrationCache(fixture.device, SPACE, WINDOW, this::fetch, pins, work::add));
  }

  private int pinnedAfterWork() {
    work.forEach(Runnable::run);
    work.clear();
    return pins.pinned.get();
  }

  @Test
  void cache_acquireAgain_isTheSameUntilInvalidated() {
    RegistrationCache cache = cache();
    Registration first = cache.acquire(pages(0, 4), PATIENCE);

    assertThat(cache.acquire(pages(0, 4), PATIENCE)).isSameAs(first);
    invalidateAndEnd(1, pages(3, 1));
    Registration second = cache.acquire(pages(0, 4), PATIENCE);

    assertThat(second).isNotSameAs(first);
    assertThat(second.pages()).extracting(MirroredPage::frame).containsOnly(2L);
  }

  @Test
  void cache_invalidatedWhileUsed_isAckedAtOnceAndUnpinnedByTheLastRelease() {
    RegistrationCache cache = cache();
    Registration inUse = cache.acquire(pages(0, 4), PATIENCE);

    fixture.stream.send(invalidate(1, pages(0, 1), true));
    fixture.awaitAck(1);

    assertThat(pinnedAfterWork()).isEqualTo(4);
    cache.release(inUse);
    assertThat(pins.pinned).hasValue(4);
    assertThat(pinnedAfterWork()).isZero();
  }

  @Test
  void cache_idlePastTheLimit_evictsTheOldest() {
    RegistrationCache cache = cache();
    for (int i = 0; i <= RegistrationCache.IDLE_MAX; i++) {
      cache.release(cache.acquire(pages(i, 1), PATIENCE));
    }

    assertThat(pinnedAfterWork()).isEqualTo(RegistrationCache.IDLE_MAX);
    int before = fetches.get();
    cache.acquire(pages(1, 1), PATIENCE);
    assertThat(fetches).hasValue(before);
    cache.acquire(pages(0, 1), PATIENCE);
    assertThat(fetches).hasValue(before + 1);
  }

  // Jobs and fences.

  private static final class TestJob implements JobMirror.Job {
    final CompletableFuture<Void> fence = new CompletableFuture<>();
    final BlockingQueue<TestJob> cancelled = new LinkedBlockingQueue<>();

    @Override
    public CompletableFuture<?> fence() {
      return fence;
    }

    @Override
    public void cancel() {
      cancelled.add(this);
    }
  }

  private JobMirror jobs() {
    return fixture.answering(() -> new JobMirror(fixture.device, SPACE, WINDOW, this::fetch));
  }

  private final List<TestJob> started = new CopyOnWriteArrayList<>();

  private TestJob submit(JobMirror mirror, AddressRange range) {
    TestJob job = new TestJob();
    started.add(job);
    assertThat(mirror.submit(range, PATIENCE, pages -> job)).isSameAs(job);
    return job;
  }

  @Test
  void jobs_invalidatedWhileOneRuns_isAckedWhenItIsDone() {
    JobMirror mirror = jobs();
    TestJob job = submit(mirror, pages(0, 4));
    TestJob stranger = submit(mirror, pages(8, 4));

    fixture.stream.send(invalidate(1, pages(2, 1)));
    fixture.stream.send(invalidate(2, pages(100, 1)));
    fixture.awaitAck(2);
    fixture.assertNoAnswer();
    job.fence.complete(null);

    fixture.awaitAck(1);
    assertThat(stranger.fence).isNotDone();
    fixture.stream.send(ended(1, false));
    assertThat(submit(mirror, pages(0, 4)).fence).isNotDone();
    assertThat(fetches).hasValue(3);
  }

  @Test
  void jobs_oneFails_hasStopped() {
    JobMirror mirror = jobs();
    TestJob job = submit(mirror, pages(0, 4));
    fixture.stream.send(invalidate(1, pages(2, 1)));

    job.fence.completeExceptionally(new IllegalStateException("division by zero"));

    fixture.awaitAck(1);
  }

  @Test
  void jobs_nonBlockable_isRefusedWhileOneRunsOverIt() {
    JobMirror mirror = jobs();
    TestJob job = submit(mirror, pages(0, 4));

    fixture.stream.send(invalidate(1, pages(2, 1), true));
    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_WOULD_BLOCK);
    fixture.stream.send(ended(1, false), invalidate(2, pages(8, 1), true));
    fixture.awaitAck(2);
    job.fence.complete(null);
    fixture.stream.send(invalidate(3, pages(2, 1), true));

    fixture.awaitAck(3);
  }

  @Test
  void jobs_closed_cancelsWhatRunsAndUnsubscribesWhenItHasStopped() {
    JobMirror mirror = jobs();
    TestJob job = submit(mirror, pages(0, 4));

    CompletableFuture<Void> closing = CompletableFuture.runAsync(mirror::close);
    assertThat(next(job.cancelled, "cancel")).isSameAs(job);
    assertThat(fixture.stream.commands).isEmpty();
    job.fence.complete(null);
    fixture.stream.answer(fixture.stream.nextUpdate());
    closing.join();

    assertThatThrownBy(() -> submit(mirror, pages(0, 4))).isInstanceOf(SessionLostException.class);
  }
}
