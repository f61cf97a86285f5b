package io.svmcoord.loadtest.sim.world;

import io.svmcoord.client.Access;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.client.PageSource;
import io.svmcoord.loadtest.sim.check.PageMask;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The host's memory over a network: pages are what they are at one instant between the request's
 * way and the answer's, the window of race R3. A page's version travels as its frame.
 */
final class MemorySource implements PageSource {
  private static final long WAY_NANOS_MAX = 3_000_000;
  private static final long SLOW_WAY_NANOS_MAX = 60_000_000;
  private static final int SLOW_ONE_IN = 10;

  private final World world;
  private final SimClient client;

  MemorySource(World world, SimClient client) {
    this.world = world;
    this.client = client;
  }

  /** The version that a page of an answer stands for. */
  static long versionOf(MirroredPage page) {
    return page.frame() / PageMask.PAGE_SIZE_BYTES;
  }

  @Override
  public List<MirroredPage> fault(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    way();
    SimSpace space = world.spaces().get(spaceId);
    int first = PageMask.pageOf(range.first());
    int last = PageMask.pageOf(range.last());
    if (last >= space.pages()) {
      throw PageFaultException.noMapping(range.last());
    }
    List<MirroredPage> pages = new ArrayList<>(last - first + 1);
    for (int page = first; page <= last; page++) {
      if (access != Access.SNAPSHOT || client.random().nextInt(4) != 0) {
        pages.add(
            new MirroredPage(
                page * PageMask.PAGE_SIZE_BYTES,
                space.version(page) * PageMask.PAGE_SIZE_BYTES,
                true,
                0));
      }
    }
    way();
    return pages;
  }

  private void way() {
    boolean isSlow = client.random().nextInt(SLOW_ONE_IN) == 0;
    client.sleep(client.random().nextLong(isSlow ? SLOW_WAY_NANOS_MAX : WAY_NANOS_MAX));
  }
}
