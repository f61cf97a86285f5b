package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.Access;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.RetryResult;
import io.svmcoord.client.SvmException;
import io.svmcoord.client.Token;
import io.svmcoord.loadtest.check.PageJudge;
import io.svmcoord.loadtest.check.PageRead;
import io.svmcoord.loadtest.check.ReadTally;
import io.svmcoord.loadtest.memory.Frames;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * One mapper: collects page lists between read_begin and read_retry. A list that the coordinator
 * calls valid is judged as of the moment before read_retry was sent: whatever was retired before
 * that had its begin before the answer, so that the answer had to be "retry". What the frames held
 * must be right as well, since nothing may have changed between the two calls.
 *
 * <p>Confined to its thread.
 */
final class EmulatedMapper implements Runnable {
  private static final Duration AFTER_FAILURE = Duration.ofMillis(10);

  private final String name;
  private final MapperEmulatorOptions options;
  private final MemoryGeometry geometry;
  private final Frames frames;
  private final PageJudge judge;
  private final PageSource source;
  private final Mapper mapper;
  private final StopSignal stop;
  private final Pacer pacer;
  private final SplittableRandom random;
  private final ReadTally reads;
  private final LongAdder snapshots;
  private final Counters retries;
  private final Counters failures;

  EmulatedMapper(
      int number,
      MapperEmulatorOptions options,
      SharedMemory memory,
      PageSource source,
      Mapper mapper,
      StopSignal stop,
      MapperCounters counters) {
    this.name = options.name() + "-" + number;
    this.options = options;
    this.geometry = memory.geometry();
    this.frames = memory.frames();
    this.judge = new PageJudge(memory);
    this.source = source;
    this.mapper = mapper;
    this.stop = stop;
    this.pacer = new Pacer(stop, options.snapshotsPerSecond());
    this.random = new SplittableRandom(options.seed() * 31 + number);
    this.reads = counters.reads;
    this.snapshots = counters.snapshots;
    this.retries = counters.retries;
    this.failures = counters.failures;
  }

  @Override
  public void run() {
    long left = options.snapshotsMax() == 0 ? Long.MAX_VALUE : options.snapshotsMax();
    while (left > 0 && !stop.isStopped()) {
      pacer.await();
      int count = 1 + random.nextInt(Math.min(options.snapshotPages(), geometry.pages()));
      int first = random.nextInt(geometry.pages() - count + 1);
      try {
        collect(new PageRange(first, first + count - 1).addresses(geometry));
        left--;
      } catch (SvmException e) {
        failures.increment(e.reason());
        stop.pauseNanos(AFTER_FAILURE.toNanos());
      }
    }
  }

  private void collect(AddressRange range) {
    List<AddressRange> ranges = List.of(range);
    while (!stop.isStopped()) {
      Token token = mapper.readBegin(ranges, options.timeout());
      List<PageRead> list = read(range);
      // read_retry is sent after this time.
      long beforeNanos = System.nanoTime();
      RetryResult result = mapper.readRetry(token, ranges);
      if (!result.isRetry()) {
        list.forEach(page -> judge(page, beforeNanos));
        snapshots.increment();
        return;
      }
      retries.increment(result.name().toLowerCase(Locale.ROOT));
    }
  }

  private List<PageRead> read(AddressRange range) {
    List<PageRead> list = new ArrayList<>();
    for (MirroredPage page :
        source.fault(options.at().spaceId(), range, Access.SNAPSHOT, options.timeout())) {
      int number = geometry.pageOf(page.address());
      list.add(new PageRead(options.at().spaceId(), number, 0, frames.read(page.frame()), 0));
    }
    return list;
  }

  private void judge(PageRead read, long beforeNanos) {
    PageRead asOf =
        new PageRead(read.spaceId(), read.page(), read.mappedVersion(), read.seen(), beforeNanos);
    reads.add(name, asOf, judge.judge(asOf));
  }
}
