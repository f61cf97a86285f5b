package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.Access;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A page source whose next list can be held back on its way to the device. Thread-safe. */
final class PausedSource implements PageSource {
  private final PageSource source;
  private final AtomicBoolean isNextHeld = new AtomicBoolean();
  private final CountDownLatch listed = new CountDownLatch(1);
  private final CountDownLatch resumed = new CountDownLatch(1);

  PausedSource(PageSource source) {
    this.source = source;
  }

  /** The next list, and only that, is held back until {@link #resume}. Once per source. */
  void holdNext() {
    isNextHeld.set(true);
  }

  /** Blocks until the list that is held back was made. */
  void awaitListed() {
    Latches.await(listed);
  }

  void resume() {
    resumed.countDown();
  }

  @Override
  public List<MirroredPage> fault(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    List<MirroredPage> pages = source.fault(spaceId, range, access, timeout);
    if (isNextHeld.compareAndSet(true, false)) {
      listed.countDown();
      Latches.await(resumed);
    }
    return pages;
  }

  /** Waits that fail instead of hanging. */
  static final class Latches {
    static final long TIMEOUT_SECONDS = 30;

    private Latches() {}

    static void await(CountDownLatch latch) {
      try {
        if (!latch.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("waited " + TIMEOUT_SECONDS + " s for another thread");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }
}
