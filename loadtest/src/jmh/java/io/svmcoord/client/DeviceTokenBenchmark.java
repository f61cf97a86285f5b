package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * read_begin and read_retry of a device while nothing is being invalidated, next to what the JDK
 * has of the kind. Each pair is one operation:
 *
 * <ul>
 *   <li>{@code stamped}: {@link StampedLock#tryOptimisticRead} and {@link StampedLock#validate}.
 *   <li>{@code token}: the mirror's own two steps, with neither its lock nor its lease.
 *   <li>{@code stampedUnderLock}: as {@code stamped}, with the check under a fair lock.
 *   <li>{@code publicCalls}: what a device's hand-written loop calls, check under the mirror's
 *       lock, the lease read from both clocks.
 * </ul>
 *
 * The mirror has a history: {@value #CHANGES} changes all over its range, all ended.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DeviceTokenBenchmark {
  private static final int CHANGES = 1000;
  private static final long PAGE_BYTES = 4096;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long TTL_NANOS = TimeUnit.DAYS.toNanos(1);

  private final StampedLock stampedLock = new StampedLock();
  private final ReentrantLock fairLock = new ReentrantLock(true);
  private final AddressRanges ranges = pages(40, 55);
  private final MirrorCore endless = core(() -> Long.MAX_VALUE);
  private final Mirror mirror = leasedMirror();

  /** Gives the first tokens. */
  @Setup
  public void read() {
    endless.await(ranges, Deadline.after(TIMEOUT, ClientEnvironment.system()));
    mirror.readBegin(ranges, TIMEOUT);
  }

  /** As a session's: the lease is read from both clocks under a lock. */
  private static Mirror leasedMirror() {
    LeaseClock clock = new LeaseClock(System.nanoTime(), System.currentTimeMillis(), TTL_NANOS, 0);
    MirrorCore leased =
        core(
            () -> {
              synchronized (clock) {
                return clock.leftNanos(System.nanoTime(), System.currentTimeMillis());
              }
            });
    return new MirrorImpl(new NoSession(), leased, (spaceId, range, access, timeout) -> List.of());
  }

  private static MirrorCore core(MirrorCore.Lease lease) {
    MirrorCore core =
        new MirrorCore(ClientEnvironment.system(), lease, MirrorRules.CORRECT, 1, new NoTable());
    core.subscribed(pages(0, CHANGES), PAGE_BYTES, Map.of());
    for (int change = 0; change < CHANGES; change++) {
      core.invalidate(
          new InvalidationNotice(1, change + 1, Event.CLEAR, pages(change, change), false));
      core.ended(change + 1, false);
    }
    return core;
  }

  private static AddressRanges pages(long first, long last) {
    return AddressRanges.of(new AddressRange(first * PAGE_BYTES, (last + 1) * PAGE_BYTES - 1));
  }

  /** The measure. */
  @Benchmark
  public boolean stamped() {
    long stamp = stampedLock.tryOptimisticRead();
    return stampedLock.validate(stamp);
  }

  /** The mirror's. */
  @Benchmark
  public boolean token() {
    @Nullable LocalToken token = endless.ready(ranges);
    return token != null && endless.readRetry(token, ranges).isRetry();
  }

  /** The measure, with the lock that any driver takes. */
  @Benchmark
  public boolean stampedUnderLock() {
    long stamp = stampedLock.tryOptimisticRead();
    fairLock.lock();
    try {
      return stampedLock.validate(stamp);
    } finally {
      fairLock.unlock();
    }
  }

  /** The mirror's, as its user calls it. */
  @Benchmark
  public boolean publicCalls() {
    LocalToken token = mirror.readBegin(ranges, TIMEOUT);
    mirror.lock().lock();
    try {
      return mirror.readRetry(token, ranges).isRetry();
    } finally {
      mirror.lock().unlock();
    }
  }

  /** Maps nothing. */
  private static final class NoTable implements DeviceTable {
    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {}

    @Override
    public void invalidate(InvalidationNotice notice) {}
  }

  /** Nothing here leaves the process. */
  private static final class NoSession implements MirrorImpl.Session {
    @Override
    public void update(
        MirrorCore mirror, Collection<AddressRange> remove, Collection<AddressRange> add) {}

    @Override
    public void unsubscribe(MirrorCore mirror) {}

    @Override
    public <T> CompletableFuture<T> async(Callable<T> task) {
      throw new UnsupportedOperationException("async");
    }

    @Override
    public ClientEnvironment environment() {
      return ClientEnvironment.system();
    }
  }
}
