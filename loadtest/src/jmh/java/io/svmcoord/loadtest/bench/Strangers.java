package io.svmcoord.loadtest.bench;

import io.svmcoord.client.Event;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.SvmClient;
import io.svmcoord.range.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Hosts' work elsewhere in the reader's space: so many invalidations run at any time, each for as
 * long as the reader's, each of a page of its own, begun one after the other and renewed as soon as
 * they end.
 */
final class Strangers implements AutoCloseable {
  /** Far from the reader's page. */
  private static final long FIRST_PAGE = 1000;

  private final SvmClient client;
  private final List<Thread> threads = new ArrayList<>();
  private final LongAdder ended = new LongAdder();
  private volatile boolean isStopped;

  /** Starts them; returns when each has begun. */
  Strangers(SvmClient client, long spaceId, int count, int heldMillis) {
    this.client = client;
    HostSession host = client.openHost(HostOptions.named("strangers").withTtl(ReaderWait.TTL));
    long heldNanos = TimeUnit.MILLISECONDS.toNanos(heldMillis);
    CountDownLatch begun = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      AddressRange page = ReaderWait.page(FIRST_PAGE + i);
      long laterNanos = i * heldNanos / count;
      threads.add(
          Thread.ofPlatform()
              .name("stranger-" + i)
              .start(
                  () -> {
                    LockSupport.parkNanos(laterNanos);
                    while (!isStopped) {
                      try (Invalidation _ = host.begin(spaceId, List.of(page), Event.CLEAR)) {
                        begun.countDown();
                        ReaderWait.parkUntil(System.nanoTime() + heldNanos);
                      }
                      ended.increment();
                    }
                  }));
    }
    ReaderWait.await(begun);
  }

  /** Invalidations that ended since the last call. */
  long takeEnded() {
    return ended.sumThenReset();
  }

  @Override
  public void close() {
    isStopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    client.close();
  }
}
