package io.svmcoord.loadtest.sim.world;

import io.svmcoord.client.Access;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.NotFoundException;
import io.svmcoord.client.RetryResult;
import io.svmcoord.client.SvmClient;
import io.svmcoord.client.SvmException;
import io.svmcoord.client.Token;
import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.check.PageMask;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mapper: reads page lists of several ranges and validates them as a unit. */
final class MapperClient extends SimClient {
  private static final long MILLI = 1_000_000;
  private static final long THINK_NANOS_MAX = 60 * MILLI;
  private static final Duration WAIT_MAX = Duration.ofSeconds(1);
  private static final int RANGES_MAX = 3;

  private final MemorySource source;

  /** One read that is kept, to be checked again much later. */
  private @Nullable Read kept;

  private record Read(SimSpace space, List<AddressRange> ranges, Token token, List<Seen> pages) {}

  private record Seen(int page, long version) {}

  MapperClient(World world, String machine, SimClock clock) {
    super(world, machine, clock);
    this.source = new MemorySource(world, this);
  }

  @Override
  void live(SvmClient client) {
    if (!world().spaces().await(this)) {
      return;
    }
    while (!world().isProving()) {
      think(THINK_NANOS_MAX);
      try {
        Read old = kept;
        if (old != null && oneIn(4)) {
          check(client, old);
        } else {
          readOnce(client);
        }
      } catch (NotFoundException e) {
        note("space is gone: " + e.getMessage());
      } catch (SvmException e) {
        note("read failed: " + e.getMessage());
      }
    }
    prove(() -> readOnce(client));
  }

  private void readOnce(SvmClient client) {
    SimSpace space = world().spaces().any(random());
    List<AddressRange> ranges = ranges(space);
    Mapper mapper = client.mapper(space.id());
    Token token = mapper.readBegin(ranges, WAIT_MAX);
    List<Seen> pages = new ArrayList<>();
    for (AddressRange range : ranges) {
      for (MirroredPage page : source.fault(space.id(), range, Access.READ, WAIT_MAX)) {
        pages.add(new Seen(PageMask.pageOf(page.address()), MemorySource.versionOf(page)));
      }
    }
    Read read = new Read(space, ranges, token, pages);
    check(client, read);
    if (oneIn(4)) {
      kept = read;
    }
  }

  private List<AddressRange> ranges(SimSpace space) {
    int count = random().nextInt(1, RANGES_MAX + 1);
    List<AddressRange> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = random().nextInt(space.pages());
      ranges.add(PageMask.range(first, Math.min(space.pages() - 1, first + random().nextInt(2))));
    }
    return ranges;
  }

  private void check(SvmClient client, Read read) {
    long sentNanos = world().now();
    // What the pages are when the question is sent: VALID says that they were right even later.
    long[] actual = read.pages.stream().mapToLong(seen -> read.space.version(seen.page)).toArray();
    RetryResult result = client.mapper(read.space.id()).readRetry(read.token, read.ranges);
    if (result != RetryResult.VALID) {
      return;
    }
    for (int i = 0; i < actual.length; i++) {
      Seen seen = read.pages.get(i);
      world()
          .tell(
              new Fact.PageUsed(
                  sentNanos, name(), read.space.id(), seen.page, seen.version, actual[i]));
    }
  }
}
