package io.svmcoord.loadtest.bench;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.Event;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.SvmClient;
import io.svmcoord.client.Token;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One host that invalidates one page and keeps it for a while, and one reader that comes at once.
 * Confined to one thread, beside the reader's own.
 */
final class ReaderWait implements AutoCloseable {
  static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAGE_BYTES = 4096;
  private static final AddressRange PAGE = page(8);

  /**
   * Instants of {@link System#nanoTime}.
   *
   * @param begunNanos the host had begin's answer
   * @param calledNanos the reader came
   * @param goneNanos it went on
   * @param endNanos the host called end
   * @param retries how often the reader started over
   */
  record Round(long begunNanos, long calledNanos, long goneNanos, long endNanos, int retries) {}

  /** What the reader's thread saw. */
  record Wait(long calledNanos, long goneNanos, int retries) {}

  /** Who waits. */
  private sealed interface Reader {
    /** Its page is about to be invalidated. */
    void expect();

    /** Its page is being invalidated: how its wait ends. */
    Future<Wait> wentOn();
  }

  private final SvmClient hostClient;
  private final SvmClient readerClient;
  private final HostSession host;
  private final long spaceId;
  private final long heldNanos;
  private final ExecutorService readerThread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("reader").factory());
  private final Reader reader;

  ReaderWait(ReaderWaitBenchmark.Who who, String target, int heldMillis) {
    heldNanos = TimeUnit.MILLISECONDS.toNanos(heldMillis);
    hostClient = SvmClient.connect(target);
    readerClient = SvmClient.connect(target);
    host = hostClient.openHost(HostOptions.named("host").withTtl(TTL));
    spaceId = hostClient.addressSpaces().create("space", PAGE_BYTES).id();
    reader =
        switch (who) {
          case MAPPER -> new OfMapper(readerClient.mapper(spaceId), readerThread);
          case DEVICE -> new OfDevice(readerClient, spaceId, readerThread);
        };
  }

  static AddressRange page(long number) {
    return AddressRange.ofLength(number * PAGE_BYTES, PAGE_BYTES);
  }

  long spaceId() {
    return spaceId;
  }

  /** Invalidates the page, and has the reader wait for it. */
  Round round() {
    reader.expect();
    long begunNanos;
    long endNanos;
    Future<Wait> wentOn;
    try (Invalidation _ = host.begin(spaceId, List.of(PAGE), Event.CLEAR)) {
      begunNanos = System.nanoTime();
      wentOn = reader.wentOn();
      parkUntil(begunNanos + heldNanos);
      endNanos = System.nanoTime();
    }
    try {
      Wait wait = wentOn.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return new Round(begunNanos, wait.calledNanos, wait.goneNanos, endNanos, wait.retries);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the reader failed", e);
    }
  }

  @Override
  public void close() {
    readerThread.shutdownNow();
    readerClient.close();
    hostClient.close();
  }

  static void parkUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("waited " + PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Calls read_begin when begin is answered. */
  private record OfMapper(Mapper mapper, ExecutorService thread) implements Reader {
    @Override
    public void expect() {
      // Comes later.
    }

    @Override
    public Future<Wait> wentOn() {
      return thread.submit(this::read);
    }

    private Wait read() {
      long calledNanos = System.nanoTime();
      for (int retries = 0; ; retries++) {
        Token token = mapper.readBegin(List.of(PAGE), PATIENCE);
        long goneNanos = System.nanoTime();
        if (!mapper.readRetry(token, List.of(PAGE)).isRetry()) {
          return new Wait(calledNanos, goneNanos, retries);
        }
      }
    }
  }

  /** Faults its page in again when its handler was told that it is invalidated. */
  private static final class OfDevice implements Reader, DeviceTable {
    private final Mirror mirror;
    private final ExecutorService thread;
    private final AtomicInteger lists = new AtomicInteger();
    private volatile CountDownLatch told = new CountDownLatch(1);
    private Future<Wait> fault = new CompletableFuture<>();

    OfDevice(SvmClient client, long spaceId, ExecutorService thread) {
      this.thread = thread;
      DeviceSession session = client.openDevice(DeviceOptions.named("device").withTtl(TTL));
      mirror = session.mirror(spaceId, AddressRange.WHOLE, this, this::list);
      mirror.fault(PAGE, Access.READ, PATIENCE);
    }

    private List<MirroredPage> list(
        long spaceId, AddressRange range, Access access, Duration timeout) {
      lists.incrementAndGet();
      return List.of(new MirroredPage(range.first(), 0, false, 0));
    }

    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      // Nothing to map.
    }

    @Override
    public void invalidate(InvalidationNotice notice) {
      if (notice.ranges().contains(PAGE.first())) {
        told.countDown();
      }
    }

    @Override
    public void expect() {
      told = new CountDownLatch(1);
      fault = thread.submit(this::read);
    }

    @Override
    public Future<Wait> wentOn() {
      return fault;
    }

    private Wait read() {
      await(told);
      int before = lists.get();
      long calledNanos = System.nanoTime();
      mirror.fault(PAGE, Access.READ, PATIENCE);
      return new Wait(calledNanos, System.nanoTime(), lists.get() - before - 1);
    }
  }
}
