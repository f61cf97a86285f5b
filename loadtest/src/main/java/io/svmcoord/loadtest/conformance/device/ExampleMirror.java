package io.svmcoord.loadtest.conformance.device;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.FencedException;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.conformance.v1.UsedPage;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One mirror of the example: a table of pages, and the loop that uses them. Thread-safe. */
final class ExampleMirror {
  private final Mirror mirror;

  /** Guarded by the mirror's lock: page address to page. */
  private final Map<Long, MirroredPage> entries = new HashMap<>();

  ExampleMirror(DeviceSession session, long spaceId, AddressRange range, PageSource pages) {
    mirror = session.mirror(spaceId, range, new Table(), pages);
  }

  void update(List<AddressRange> remove, List<AddressRange> add) {
    mirror.update(remove, add);
  }

  void use(
      List<AddressRange> ranges, Access access, Duration timeout, Consumer<List<UsedPage>> using) {
    long untilNanos = System.nanoTime() + timeout.toNanos();
    for (long left = timeout.toNanos(); left > 0; left = untilNanos - System.nanoTime()) {
      List<AddressRange> missing = tryUse(ranges, using);
      if (missing.isEmpty()) {
        return;
      }
      for (AddressRange range : missing) {
        mirror.fault(range, access, Duration.ofNanos(left));
      }
    }
    throw new IllegalStateException("pages %s: no use within %s".formatted(ranges, timeout));
  }

  /** Uses all pages or none; returns the ranges that have to be faulted in. */
  private List<AddressRange> tryUse(List<AddressRange> ranges, Consumer<List<UsedPage>> using) {
    try {
      return mirror.access(
          () -> {
            List<AddressRange> missing =
                ranges.stream().filter(range -> !mapped(range).isWhole()).toList();
            if (missing.isEmpty()) {
              using.accept(mapped(ranges));
            }
            return missing;
          });
    } catch (FencedException e) {
      // The lease is over: a fault waits until the session is open again.
      return ranges;
    }
  }

  void useMapped(List<AddressRange> ranges, Consumer<List<UsedPage>> using) {
    try {
      mirror.access(
          () -> {
            List<UsedPage> mapped = mapped(ranges);
            if (!mapped.isEmpty()) {
              using.accept(mapped);
            }
          });
    } catch (FencedException e) {
      // Nothing may be used: that is the answer.
      return;
    }
  }

  /** What is mapped of one range. */
  private record Mapped(List<UsedPage> pages, boolean isWhole) {}

  private List<UsedPage> mapped(List<AddressRange> ranges) {
    return ranges.stream().flatMap(range -> mapped(range).pages().stream()).toList();
  }

  private Mapped mapped(AddressRange range) {
    List<UsedPage> found = new ArrayList<>();
    long size = mirror.pageSizeBytes();
    long count = Long.divideUnsigned(range.sizeMinusOne(), size) + 1;
    for (long index = 0; index < count; index++) {
      MirroredPage page = entries.get(range.first() + index * size);
      if (page != null) {
        found.add(UsedPage.newBuilder().setAddress(page.address()).setFrame(page.frame()).build());
      }
    }
    return new Mapped(found, found.size() == count);
  }

  private final class Table implements DeviceTable {
    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      pages.forEach(page -> entries.put(page.address(), page));
    }

    @Override
    public void invalidate(InvalidationNotice notice) {
      entries.keySet().removeIf(notice.ranges()::contains);
    }
  }
}
