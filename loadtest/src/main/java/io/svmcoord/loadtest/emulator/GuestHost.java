package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.Event;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.loadtest.report.HostStats;
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
public final class GuestHost implements AutoCloseable {
  private static final int PAGES_MAX = 8;
  private static final long HOLD_MILLIS_MAX = 100;
  private static final long REST_MILLIS_MAX = 400;
  private static final Duration AFTER_FAILURE = Duration.ofMillis(20);

  private final long spaceId;
  private final BeginOptions beginOptions;
  private final HostCounters counters;
  private final StopSignal stop = new StopSignal();
  private final Loops loops = new Loops(stop);
  private final Closer closer = new Closer();

  private GuestHost(HostEmulatorOptions options, long spaceId, Path memoryFile) {
    this.spaceId = spaceId;
    this.beginOptions = BeginOptions.DEFAULT.withAckDeadline(options.ackDeadline());
    this.counters = new HostCounters(options.lateBegin());
    try {
      MemoryGeometry geometry = closer.add(SharedMemory.open(memoryFile)).geometry();
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
   * @param spaceId the other host's address space
   * @param memoryFile the other host's memory, for its layout
   * @throws io.svmcoord.client.SvmException if the coordinator can't be reached or refuses
   */
  public static GuestHost start(HostEmulatorOptions options, long spaceId, Path memoryFile) {
    return new GuestHost(options, spaceId, memoryFile);
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

  /** Whether a loop has failed; {@link #stop} tells why. */
  public boolean hasFailed() {
    return loops.hasFailed();
  }

  /** Counters since the start. Doesn't block. */
  public HostStats stats() {
    return counters.stats();
  }

  /**
   * Ends what it holds and begins no more; the session stays. Repeating it is harmless.
   *
   * @throws IllegalStateException if a loop failed
   */
  public void stop() {
    stop.stop();
    loops.joinQuietly();
    counters.stopClock();
  }

  /** Stops and leaves the coordinator. Repeating it is harmless. */
  @Override
  public void close() {
    try {
      stop();
    } finally {
      closer.close();
    }
  }
}
