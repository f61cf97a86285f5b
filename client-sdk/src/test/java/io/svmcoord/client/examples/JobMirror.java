package io.svmcoord.client.examples;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.Event;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.TearDown;
import io.svmcoord.client.TwoPhaseDeviceTable;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A device whose jobs, once started, use their pages until they are done: amdgpu, which waits for
 * the fences of a buffer. An invalidation unmaps at once, so that no new job begins, and is acked
 * when the jobs over its pages are done. Thread-safe.
 *
 * <p>Non-blockable: refused while a job over the pages runs, otherwise accepted. When everything
 * has to go the jobs are cancelled, since the lease doesn't wait for them.
 */
public final class JobMirror implements AutoCloseable {
  /** A job of the device. */
  public interface Job {
    /** Completes when the device has certainly stopped; failed jobs have stopped as well. */
    CompletableFuture<?> fence();

    /** Makes it stop as soon as possible. Must not block. */
    void cancel();
  }

  private record Running(AddressRange range, Job job) {}

  private final Mirror mirror;

  /** Guarded by the mirror's lock: page address to entry. */
  private final TreeMap<Long, MirroredPage> entries = new TreeMap<>(Long::compareUnsigned);

  /** Guarded by the mirror's lock. */
  private final List<Running> jobs = new ArrayList<>();

  /** Mirrors a range; blocks until it is subscribed. */
  public JobMirror(DeviceSession device, long spaceId, AddressRange range, PageSource source) {
    mirror = device.mirror(spaceId, range, new Table(), source);
  }

  /**
   * Starts a job over a buffer, faulting it in as often as it takes. Blocks until it has started.
   *
   * @param range whole pages
   * @param start gives the job to the device and returns; under the mirror's lock
   * @throws IllegalStateException if the pages could not be held on to within the limit
   */
  public Job submit(AddressRange range, Duration limit, Function<List<MirroredPage>, Job> start) {
    long until = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos(); left > 0; left = until - System.nanoTime()) {
      Optional<Job> started = mirror.access(() -> tryStart(range, start));
      if (started.isPresent()) {
        return started.get();
      }
      mirror.fault(range, Access.WRITE, Duration.ofNanos(left));
    }
    throw new IllegalStateException("buffer %s: no job within %s".formatted(range, limit));
  }

  private Optional<Job> tryStart(AddressRange range, Function<List<MirroredPage>, Job> start) {
    List<MirroredPage> pages =
        List.copyOf(entries.subMap(range.first(), true, range.last(), true).values());
    if (pages.size() != Long.divideUnsigned(range.sizeMinusOne(), mirror.pageSizeBytes()) + 1) {
      return Optional.empty();
    }
    Job job = start.apply(pages);
    jobs.removeIf(running -> running.job.fence().isDone());
    jobs.add(new Running(range, job));
    return Optional.of(job);
  }

  @Override
  public void close() {
    mirror.close();
  }

  private final class Table implements TwoPhaseDeviceTable {
    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      pages.forEach(page -> entries.put(page.address(), page));
    }

    @Override
    public TearDown startInvalidate(InvalidationNotice notice) {
      List<Job> hit = hit(notice.ranges());
      if (notice.nonBlockable() && !hit.isEmpty()) {
        return TearDown.wouldBlock();
      }
      entries.keySet().removeIf(notice.ranges()::contains);
      if (notice.event() == Event.RELEASE) {
        hit.forEach(Job::cancel);
      }
      return hit.isEmpty() ? TearDown.done() : TearDown.when(allDone(hit));
    }

    private List<Job> hit(AddressRanges ranges) {
      return jobs.stream()
          .filter(running -> ranges.overlaps(running.range) && !running.job.fence().isDone())
          .map(Running::job)
          .toList();
    }

    private static CompletableFuture<?> allDone(List<Job> hit) {
      return CompletableFuture.allOf(
          hit.stream()
              .map(job -> job.fence().handle((done, failure) -> true))
              .toArray(CompletableFuture<?>[]::new));
    }
  }
}
