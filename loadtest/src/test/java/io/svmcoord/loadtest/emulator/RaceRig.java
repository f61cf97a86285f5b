package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.Event;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.check.ReadTally;
import io.svmcoord.loadtest.memory.HostMemory;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.server.SvmServer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * A coordinator, a host and one device that mirrors one page, all with the parts of the emulators,
 * so that a test can bring the steps of a race into the order it wants.
 */
final class RaceRig implements AutoCloseable {
  private static final int PAGE = 5;
  private static final PageRange PAGES = new PageRange(PAGE, PAGE);
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  private final Closer closer = new Closer();
  private final HostCounters hostCounters = new HostCounters(Duration.ofHours(1));
  private final DeviceCounters counters = new DeviceCounters();
  private final SplittableRandom random = new SplittableRandom(1);
  private final HostMemory memory;
  private final HostSession host;
  private final HostSpaces spaces;
  private final Invalidator invalidator;
  private final PausedSource source;
  private final MirroredSpace device;

  RaceRig(UnaryOperator<DeviceOptions> rules) {
    SvmServer server = closer.add(TestServer.start());
    String target = TestServer.target(server);
    MemoryGeometry geometry = new MemoryGeometry(4096, 16, 64, 1, 0x10000);
    memory = closer.add(new HostMemory(SharedMemory.create(geometry), System::nanoTime));
    SvmClient client = closer.add(SvmClient.connect(target));
    host = client.openHost(HostOptions.named("host"));
    HostEmulatorOptions hostOptions = HostEmulatorOptions.builder(target).pages(16).build();
    invalidator = new Invalidator(host, memory, hostCounters);
    spaces = HostSpaces.create(client.addressSpaces(), memory, hostCounters, hostOptions);
    source =
        new PausedSource(
            new HostPages(spaces, memory, invalidator, BeginOptions.DEFAULT, hostCounters));
    HostReady at =
        new HostReady(spaces.root().id(), memory.shared().file().toString(), "in-process:0");
    DeviceEmulatorOptions options =
        DeviceEmulatorOptions.builder(target, at).batchPages(1).writePercent(0).build();
    DeviceSession session = client.openDevice(rules.apply(DeviceOptions.named("device")));
    device =
        new MirroredSpace(
            "device",
            0,
            options,
            memory.shared(),
            counters,
            session,
            source,
            spaces.root().id(),
            PAGES);
  }

  /** Whether the device has an entry of its page in the ranges. */
  boolean isMapped(AddressRanges ranges) {
    return ranges.overlaps(PAGES.addresses(memory.shared().geometry()))
        && device.pages().frame(PAGE) != DevicePages.ABSENT;
  }

  PausedSource source() {
    return source;
  }

  /** Read_begins of the device that had to wait. */
  long waits() {
    return device.mirror().stats().waits();
  }

  /** The device reads its page, or faults it in if it has no entry. Blocks. */
  void read() {
    device.readBatch(random);
  }

  /** As {@link #read}, on a thread of its own. */
  CompletableFuture<Void> readAsync() {
    return CompletableFuture.runAsync(this::read, THREADS);
  }

  /** The host moves the page to another frame: begin, change, end. Blocks. */
  void migrate() {
    assertThat(
            invalidator.change(
                "migrate",
                spaces.root().id(),
                List.of(PAGES),
                Event.MIGRATE,
                BeginOptions.DEFAULT,
                () -> spaces.root().table().migrate(PAGE, PAGE)))
        .isEmpty();
  }

  Invalidation begin() {
    return host.begin(
        spaces.root().id(), List.of(PAGES.addresses(memory.shared().geometry())), Event.MIGRATE);
  }

  /** The change alone, between {@link #begin} and its end. */
  void changePage() {
    memory.lock().writeLock().lock();
    try {
      spaces.root().table().migrate(PAGE, PAGE);
    } finally {
      memory.lock().writeLock().unlock();
    }
  }

  ReadTally reads() {
    return counters.reads;
  }

  static void join(CompletableFuture<Void> done) throws InterruptedException {
    try {
      done.get(PausedSource.Latches.TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the device's read did not end well", e);
    }
  }

  @Override
  public void close() {
    closer.close();
  }
}
