package io.svmcoord.loadtest.sim.world;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.LocalToken;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.RetryResult;
import io.svmcoord.client.SpaceGoneException;
import io.svmcoord.client.SvmException;
import io.svmcoord.client.TimedOutException;
import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.check.PageMask;
import io.svmcoord.loadtest.sim.world.Scenario.Trait;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One mirror of a device, made anew when it is closed, and what the device does with it. */
final class DeviceMirror {
  private static final long MILLI = 1_000_000;
  private static final long IN_BATCH_NANOS_MAX = 6 * MILLI;
  private static final long JOB_STEP_NANOS_MAX = 8 * MILLI;
  private static final int JOB_STEPS_MAX = 5;
  private static final Duration WAIT_MAX = Duration.ofMillis(800);
  private static final Duration PROOF_WAIT_MAX = Duration.ofSeconds(2);

  private final DeviceClient device;
  private final World world;
  private final DeviceSession session;
  private final MemorySource source;
  private @Nullable Open open;
  private boolean isOpening;

  /** The mirror in use. */
  private record Open(SimSpace space, Mirror mirror, ModelTable table) {}

  /** What a batch saw of a page. */
  private record Use(int page, ModelTable.Entry entry, long actual, long nanos) {}

  DeviceMirror(DeviceClient device, DeviceSession session) {
    this.device = device;
    this.world = device.world();
    this.session = session;
    this.source = new MemorySource(world, device);
  }

  /** Does one of the things that a device does; an exception of the SDK is part of it. */
  void useSomehow() {
    Open now = open();
    if (now == null) {
      return;
    }
    try {
      switch (device.random().nextInt(10)) {
        case 0, 1, 2 -> fault(now, WAIT_MAX);
        case 3, 4 -> faultByHand(now);
        case 5, 6, 7 -> use(now);
        case 8 -> {
          if (device.has(Trait.TWO_PHASES)) {
            startJob(now);
          } else {
            use(now);
          }
        }
        default -> change(now);
      }
    } catch (SpaceGoneException e) {
      drop(now);
      throw e;
    } catch (SvmException e) {
      if (e.reason().equals("CLOSED")) {
        drop(now);
      }
      throw e;
    } catch (IllegalArgumentException e) {
      // Its ranges were changed since they were asked for.
      if (!device.has(Trait.UPDATES) && !device.has(Trait.REOPENED_MIRRORS)) {
        throw e;
      }
      device.note("out of its ranges: " + e.getMessage());
    }
  }

  /** Faults a page in and uses it. */
  void prove() {
    Open now = open();
    if (now == null) {
      throw new IllegalStateException("two threads prove");
    }
    try {
      fault(now, PROOF_WAIT_MAX);
      use(now);
    } catch (SpaceGoneException e) {
      drop(now);
      throw e;
    } catch (SvmException e) {
      if (e.reason().equals("CLOSED")) {
        drop(now);
      }
      throw e;
    }
  }

  // Opening and closing.

  private @Nullable Open open() {
    if (open != null || isOpening) {
      return open;
    }
    isOpening = true;
    try {
      SimSpace space = world.spaces().any(device.random());
      ModelTable table = new ModelTable(device);
      AddressRange range = range(space);
      Mirror mirror = device.subscribing(() -> session.mirror(space.id(), range, table, source));
      open = new Open(space, mirror, table);
      return open;
    } finally {
      isOpening = false;
    }
  }

  private AddressRange range(SimSpace space) {
    if (device.has(Trait.WHOLE_SPACE) && device.oneIn(2)) {
      return AddressRange.WHOLE;
    }
    int first = device.random().nextInt(space.pages());
    return PageMask.range(first, first + device.random().nextInt(space.pages() - first));
  }

  private void drop(Open old) {
    if (old.equals(open)) {
      open = null;
    }
  }

  private void close(Open old) {
    drop(old);
    device.note("closes its mirror of space " + old.space.id());
    device.subscribing(
        () -> {
          old.mirror.close();
          return true;
        });
  }

  private void change(Open now) {
    if (device.has(Trait.REOPENED_MIRRORS) && device.oneIn(2)) {
      close(now);
    } else if (device.has(Trait.UPDATES)) {
      update(now);
    } else {
      fault(now, WAIT_MAX);
    }
  }

  /** Punches a hole on the left, in the middle or on the right, or grows. */
  private void update(Open now) {
    AddressRange some = PageMask.range(0, now.space.pages() - 1);
    List<AddressRange> ranges = usable(now);
    if (!ranges.isEmpty() && device.oneIn(2)) {
      some = ranges.get(device.random().nextInt(ranges.size()));
    }
    int first = PageMask.pageOf(some.first());
    int last = PageMask.pageOf(some.last());
    int left = first + device.random().nextInt(last - first + 1);
    int right = left + device.random().nextInt(last - left + 1);
    List<AddressRange> part = List.of(PageMask.range(left, right));
    boolean isHole = device.random().nextBoolean();
    device.note((isHole ? "gives up " : "adds ") + part);
    device.subscribing(
        () -> {
          now.mirror.update(isHole ? part : List.of(), isHole ? List.of() : part);
          return true;
        });
  }

  // Reading.

  /** What is mirrored of the pages that are used. */
  private static List<AddressRange> usable(Open now) {
    AddressRange used = PageMask.range(0, now.space.pages() - 1);
    return now.mirror.ranges().stream()
        .flatMap(range -> range.intersection(used).stream())
        .toList();
  }

  /** Some pages that are mirrored; null if there are none. */
  private @Nullable AddressRange anyMirrored(Open now) {
    List<AddressRange> ranges = usable(now);
    if (ranges.isEmpty()) {
      return null;
    }
    AddressRange range = ranges.get(device.random().nextInt(ranges.size()));
    int first = PageMask.pageOf(range.first());
    int last = PageMask.pageOf(range.last());
    int from = first + device.random().nextInt(last - first + 1);
    return PageMask.range(from, Math.min(last, from + device.random().nextInt(3)));
  }

  private Access access() {
    Access[] all = Access.values();
    return all[device.random().nextInt(all.length)];
  }

  private void fault(Open now, Duration limit) {
    AddressRange range = anyMirrored(now);
    if (range == null) {
      return;
    }
    if (device.oneIn(6)) {
      var _ = now.mirror.faultAsync(range, access(), limit);
    } else {
      var _ = now.mirror.fault(range, access(), limit);
    }
  }

  /** The loop written by hand, one round of it, over one or two ranges as a unit. */
  private void faultByHand(Open now) {
    AddressRange first = anyMirrored(now);
    AddressRange second = anyMirrored(now);
    if (first == null || second == null) {
      return;
    }
    List<AddressRange> parts = device.oneIn(2) ? List.of(first) : List.of(first, second);
    AddressRanges ranges = AddressRanges.of(parts);
    LocalToken token = readBegin(now, ranges);
    boolean isSettled = device.isSettled();
    long session = device.sessionId();
    long tokenNanos = world.now();
    List<MirroredPage> pages = new ArrayList<>();
    for (AddressRange range : ranges.toList()) {
      pages.addAll(source.fault(now.space.id(), range, Access.READ, WAIT_MAX));
    }
    now.mirror.lock().lock();
    try {
      boolean isHinted = now.mirror.checkRetry(token, ranges);
      RetryResult result = now.mirror.readRetry(token, ranges);
      if (result == RetryResult.VALID) {
        now.table.install(ranges.hull(), pages, Access.READ);
      }
      if (isHinted && result == RetryResult.VALID) {
        world.stuck(device, "was hinted a retry by check_retry that read_retry does not know");
      }
      if (isSettled && device.isSettled() && device.sessionId() == session) {
        world.tell(
            new Fact.ReaderChecked(
                world.now(),
                tokenNanos,
                device.name(),
                now.space.id(),
                PageMask.of(ranges),
                retry(result)));
      }
    } finally {
      now.mirror.lock().unlock();
    }
  }

  private static Fact.Retry retry(RetryResult result) {
    return Fact.Retry.valueOf(result.name());
  }

  private LocalToken readBegin(Open now, AddressRanges ranges) {
    boolean isSettled = device.isSettled();
    long session = device.sessionId();
    long fromNanos = world.now();
    try {
      LocalToken token = now.mirror.readBegin(ranges, WAIT_MAX);
      waited(now, ranges, isSettled, session, fromNanos);
      return token;
    } catch (TimedOutException e) {
      waited(now, ranges, isSettled, session, fromNanos);
      throw e;
    }
  }

  /** Only of a device that was in order all the while. */
  private void waited(
      Open now, AddressRanges ranges, boolean isSettled, long session, long fromNanos) {
    if (isSettled && device.isSettled() && device.sessionId() == session) {
      world.tell(
          new Fact.ReaderWaited(
              world.now(), fromNanos, device.name(), now.space.id(), PageMask.of(ranges)));
    }
  }

  // Using.

  /** A batch under the lock: what it saw counts when it returned normally. */
  private void use(Open now) {
    List<Use> uses =
        now.mirror.access(
            () ->
                device.busy(
                    () -> {
                      List<Use> seen = new ArrayList<>();
                      look(now, seen);
                      if (device.oneIn(3)) {
                        device.think(IN_BATCH_NANOS_MAX);
                        look(now, seen);
                      }
                      return seen;
                    }));
    long session = device.sessionId();
    for (Use use : uses) {
      tellUse(now, use);
      if (use.entry.session() != session) {
        world.tell(
            new Fact.MappingSurvived(
                world.now(), device.name(), use.page, use.entry.session(), session));
      }
    }
  }

  private void look(Open now, List<Use> seen) {
    long mapped = now.table.mapped();
    for (int page = 0; page < now.space.pages(); page++) {
      if ((mapped >>> page & 1) != 0) {
        seen.add(useOf(now, page, now.table.entry(page)));
      }
    }
  }

  private Use useOf(Open now, int page, ModelTable.Entry entry) {
    long actual = now.space.versionFor(page, entry.version(), device.sessionId());
    return new Use(page, entry, actual, world.now());
  }

  private void tellUse(Open now, Use use) {
    world.tell(
        new Fact.PageUsed(
            use.nanos, device.name(), now.space.id(), use.page, use.entry.version(), use.actual));
  }

  /** Starts something that uses what is mapped now for a while, without the lock. */
  private void startJob(Open now) {
    now.mirror.access(
        () -> {
          long session = device.sessionId();
          List<Use> mine = new ArrayList<>();
          look(now, mine);
          ModelTable.Job job = new ModelTable.Job(now.table.mapped());
          now.table.start(job);
          device.process().start(() -> runJob(now, mine, job, session));
        });
  }

  private void runJob(Open now, List<Use> mine, ModelTable.Job job, long session) {
    int steps = 1 + device.random().nextInt(JOB_STEPS_MAX);
    for (int i = 0; i < steps; i++) {
      device.think(JOB_STEP_NANOS_MAX);
      boolean isOver =
          job.isAborted() || device.leaseLeftNanos() == 0 || device.sessionId() != session;
      if (isOver) {
        break;
      }
      for (Use use : mine) {
        tellUse(now, useOf(now, use.page, use.entry));
      }
    }
    job.finish();
  }
}
