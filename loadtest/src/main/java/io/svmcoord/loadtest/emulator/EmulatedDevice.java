package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.MirrorStats;
import io.svmcoord.client.NotFoundException;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.SessionLostException;
import io.svmcoord.client.SpaceGoneException;
import io.svmcoord.client.SvmException;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.loadtest.memory.SpaceDirectory;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One device: reads through its mirrors of the root and of some of its forked children until it is
 * stopped. Its loop is confined to one thread; {@link #mirrorStats} is thread-safe.
 */
final class EmulatedDevice implements Runnable {
  private static final Duration AFTER_FAILURE = Duration.ofMillis(10);

  private final String name;
  private final int number;
  private final DeviceEmulatorOptions options;
  private final SharedMemory memory;
  private final SpaceDirectory directory;
  private final PageSource source;
  private final DeviceSession session;
  private final DeviceCounters counters;
  private final StopSignal stop;
  private final Pacer pacer;
  private final SplittableRandom random;
  private final List<MirroredSpace> mirrors = new CopyOnWriteArrayList<>();
  private long directoryChanges = -1;

  EmulatedDevice(
      int number,
      DeviceEmulatorOptions options,
      SharedMemory memory,
      PageSource source,
      DeviceSession session,
      DeviceCounters counters,
      StopSignal stop) {
    this.name = options.name() + "-" + number;
    this.number = number;
    this.options = options;
    this.memory = memory;
    this.directory = memory.directory();
    this.source = source;
    this.session = session;
    this.counters = counters;
    this.stop = stop;
    this.pacer = new Pacer(stop, (double) options.readsPerSecond() / options.batchPages());
    this.random = new SplittableRandom(options.seed() * 31 + number);
  }

  /**
   * Mirrors the root. Blocks; a session that is lost meanwhile, for a process that starts slowly on
   * a busy machine say, is waited for as long as a fault may take.
   */
  void connect() {
    long giveUpAtNanos = System.nanoTime() + options.faultTimeout().toNanos();
    while (mirrors.isEmpty()) {
      try {
        mirrors.add(mirror(options.at().spaceId()));
      } catch (SessionLostException e) {
        if (stop.isStopped() || System.nanoTime() - giveUpAtNanos > 0) {
          throw e;
        }
        stop.pauseNanos(AFTER_FAILURE.toNanos());
      }
    }
  }

  @Override
  public void run() {
    long batchesMax =
        options.readsMax() == 0
            ? Long.MAX_VALUE
            : Math.ceilDiv(options.readsMax(), options.batchPages());
    for (long batch = 0; batch < batchesMax && !stop.isStopped(); batch++) {
      pacer.await();
      followChildren();
      MirroredSpace space = mirrors.get(random.nextInt(mirrors.size()));
      if (!read(space)) {
        stop.pauseNanos(AFTER_FAILURE.toNanos());
      }
    }
  }

  /** Counters of the mirrors that are open. */
  List<MirrorStats> mirrorStats() {
    return mirrors.stream().map(space -> space.mirror().stats()).toList();
  }

  private boolean read(MirroredSpace space) {
    try {
      return space.readBatch(random);
    } catch (SpaceGoneException e) {
      drop(space, e);
      return true;
    } catch (SvmException e) {
      counters.faultErrors.increment(e.reason());
      return false;
    }
  }

  private void drop(MirroredSpace space, SpaceGoneException cause) {
    if (space.spaceId() == options.at().spaceId()) {
      throw cause;
    }
    mirrors.remove(space);
    counters.addClosed(space.mirror().stats());
    space.mirror().close();
  }

  /** Mirrors children that appeared, each device its own share of them. */
  private void followChildren() {
    long changes = directory.changes();
    if (changes == directoryChanges) {
      return;
    }
    directoryChanges = changes;
    for (SpaceDirectory.Entry entry : directory.open()) {
      boolean isChild = entry.parentId() == options.at().spaceId();
      if (isChild && isMine(entry.spaceId()) && !isMirrored(entry.spaceId())) {
        mirrorChild(entry.spaceId());
      }
    }
  }

  private void mirrorChild(long spaceId) {
    try {
      mirrors.add(mirror(spaceId));
      counters.childMirrors.increment();
    } catch (NotFoundException | SpaceGoneException e) {
      // Children are short-lived: this one was released between the look and the subscription.
      counters.faultErrors.increment("CHILD_" + e.reason());
    } catch (SvmException e) {
      // The session is being reopened: look again later.
      counters.faultErrors.increment("MIRROR_" + e.reason());
      directoryChanges = -1;
    }
  }

  private boolean isMine(long spaceId) {
    return new SplittableRandom(spaceId * 1_000_003 + number).nextInt(100) < options.childPercent();
  }

  private boolean isMirrored(long spaceId) {
    return mirrors.stream().anyMatch(space -> space.spaceId() == spaceId);
  }

  private MirroredSpace mirror(long spaceId) {
    return new MirroredSpace(
        name, number, options, memory, counters, session, source, spaceId, window());
  }

  /**
   * All pages, or a window whose place depends on the device; windows of several devices overlap.
   */
  private PageRange window() {
    int pages = memory.geometry().pages();
    if (options.mirrorPages() == 0 || options.mirrorPages() >= pages) {
      return new PageRange(0, pages - 1);
    }
    int places = pages - options.mirrorPages() + 1;
    int first = (int) ((long) number * (options.mirrorPages() / 2 + 1) % places);
    return new PageRange(first, first + options.mirrorPages() - 1);
  }
}
