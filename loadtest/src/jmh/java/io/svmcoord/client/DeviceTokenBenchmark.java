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
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * read_begin and read_retry of a device while nothing is being invalidated, next to what the JDK
 * has of the kind. A pair is one operation. Without a lock, or with one hold for {@value #PAIRS}
 * checks, so that the lock shows no more:
 *
 * <ul>
 *   <li>{@code pairStamped}: {@link StampedLock#tryOptimisticRead} and {@link
 *       StampedLock#validate}.
 *   <li>{@code pairPublic}: {@link Mirror#readBegin}, and {@link Mirror#readRetry} under the
 *       mirror's lock, which it demands.
 * </ul>
 *
 * With a hold of the lock for each check:
 *
 * <ul>
 *   <li>{@code holdStamped}: as {@code pairStamped}, with a fair lock around the check.
 *   <li>{@code holdPublic}: the loop that a device's author writes; the hold begins with a look at
 *       the lease, at two clocks.
 *   <li>{@code holdAlone}: the mirror's lock, and nothing in it.
 *   <li>{@code clocks}: the two clocks.
 * </ul>
 *
 * The mirror has a history: {@value #CHANGES} changes all over its range, all ended.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DeviceTokenBenchmark {
  private static final int PAIRS = 1000;
  private static final int CHANGES = 1000;
  private static final long PAGE_BYTES = 4096;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long TTL_NANOS = TimeUnit.DAYS.toNanos(1);

  private final StampedLock stampedLock = new StampedLock();
  private final ReentrantLock fairLock = new ReentrantLock(true);
  private final AddressRanges ranges = pages(40, 55);
  private final Mirror mirror = leasedMirror();

  /** Gives the first token. */
  @Setup
  public void read() {
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

  /** The measure, in two loops like what is measured. */
  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public int pairStamped() {
    StampedLock one = stampedLock;
    long stamp = one.tryOptimisticRead();
    for (int i = 1; i < PAIRS; i++) {
      stamp = one.tryOptimisticRead();
    }
    int valid = 0;
    fairLock.lock();
    try {
      for (int i = 0; i < PAIRS; i++) {
        valid += one.validate(stamp) ? 1 : 0;
      }
    } finally {
      fairLock.unlock();
    }
    return valid;
  }

  /** The measure in one loop, as it is never used: check and read next to each other. */
  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public int pairStampedInOneLoop() {
    StampedLock one = stampedLock;
    int valid = 0;
    for (int i = 0; i < PAIRS; i++) {
      long stamp = one.tryOptimisticRead();
      valid += one.validate(stamp) ? 1 : 0;
    }
    return valid;
  }

  /** What is measured: no read_begin may be under the lock, no read_retry without it. */
  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public int pairPublic() {
    Mirror one = mirror;
    AddressRanges pages = ranges;
    LocalToken token = one.readBegin(pages, TIMEOUT);
    for (int i = 1; i < PAIRS; i++) {
      token = one.readBegin(pages, TIMEOUT);
    }
    int valid = 0;
    one.lock().lock();
    try {
      for (int i = 0; i < PAIRS; i++) {
        valid += one.readRetry(token, pages).isRetry() ? 0 : 1;
      }
    } finally {
      one.lock().unlock();
    }
    return valid;
  }

  /** The measure, with the lock that any driver takes. */
  @Benchmark
  public boolean holdStamped() {
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
  public boolean holdPublic() {
    LocalToken token = mirror.readBegin(ranges, TIMEOUT);
    mirror.lock().lock();
    try {
      return mirror.readRetry(token, ranges).isRetry();
    } finally {
      mirror.lock().unlock();
    }
  }

  /** Of which this much is the lock with its look at the lease. */
  @Benchmark
  public boolean holdAlone() {
    mirror.lock().lock();
    try {
      return true;
    } finally {
      mirror.lock().unlock();
    }
  }

  /** And this much the clocks. */
  @Benchmark
  public long clocks() {
    return System.nanoTime() + System.currentTimeMillis();
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
