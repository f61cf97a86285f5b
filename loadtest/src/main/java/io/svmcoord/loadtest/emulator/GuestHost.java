package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.Event;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A second host of an address space, whose pages belong to another one: it invalidates ranges and
 * holds them for a while, but changes nothing. So it may be killed, in the middle of invalidations
 * too, without taking the pages along. Thread-safe.
 */
public final class GuestHost extends Emulator {
  private static final int PAGES_MAX = 8;
  private static final long HOLD_MILLIS_MAX = 100;
  private static final long REST_MILLIS_MAX = 400;
  private static final Duration AFTER_FAILURE = Duration.ofMillis(20);

  private final long spaceId;
  private final BeginOptions beginOptions;
  private final HostCounters counters;

  private GuestHost(HostEmulatorOptions options, HostReady at) {
    this.spaceId = at.spaceId();
    this.beginOptions = BeginOptions.DEFAULT.withAckDeadline(options.ackDeadline());
    this.counters = new HostCounters(options.lateBegin());
    try {
      MemoryGeometry geometry = closer.add(SharedMemory.open(Path.of(at.memoryFile()))).geometry();
      SvmClient client = closer.add(SvmClient.connect(options.target()));
      HostOptions session =
          HostOptions.named(options.name()).withTtl(options.ttl()).withListener(counters.session);
      HostSession host = Opening.retried(stop, () -> client.openHost(session));
      for (int i = 0; i < options.changeLoops(); i++) {
        // A lock each: there is no page table to share, and they shall hold several at once.
        Invalidator invalidator =
            new Invalidator(host, geometry, new ReentrantLock(), counters, Invalidator.END_PAUSE);
        SplittableRandom random = new SplittableRandom(options.seed() * 31 + i);
        loops.start(
            options.name() + "-" + i, () -> invalidate(invalidator, geometry.pages(), random));
      }
    } catch (RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /**
   * Opens the session and begins to invalidate.
   *
   * @param options of which those of a host's own pages are not used
   * @param at the other host's address space, and its memory for the layout
   * @throws io.svmcoord.client.SvmException if the coordinator can't be reached or refuses
   */
  public static GuestHost start(HostEmulatorOptions options, HostReady at) {
    return new GuestHost(options, at);
  }

  private void invalidate(Invalidator invalidator, int pages, SplittableRandom random) {
    while (!stop.isStopped()) {
      int first = random.nextInt(pages);
      int last = Math.min(pages - 1, first + random.nextInt(PAGES_MAX));
      long holdNanos = Duration.ofMillis(random.nextLong(HOLD_MILLIS_MAX)).toNanos();
      boolean isMade =
          invalidator
              .change(
                  "guest",
                  spaceId,
                  List.of(new PageRange(first, last)),
                  Event.PROTECTION_PAGE,
                  beginOptions,
                  () -> stop.pauseNanos(holdNanos))
              .isEmpty();
      stop.pauseNanos(
          isMade
              ? Duration.ofMillis(random.nextLong(REST_MILLIS_MAX)).toNanos()
              : AFTER_FAILURE.toNanos());
    }
  }

  /** Counters since the start. Doesn't block. */
  public HostStats stats() {
    return counters.stats();
  }

  @Override
  void stopped() {
    counters.clock.stop();
  }
}
