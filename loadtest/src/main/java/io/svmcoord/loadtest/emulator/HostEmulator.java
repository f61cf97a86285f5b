package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.PageSourceServer;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.memory.HostMemory;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A host with real pages: it owns the memory, serves faults as the page source, and changes pages
 * the ways a kernel does, each change inside an invalidation and none after its lease.
 *
 * <p>Once it is stopped nothing changes but what write faults copy: they are still served, so that
 * devices can go on. Devices and mappers should be closed before it: it releases the address spaces
 * and deletes the memory.
 *
 * <p>Thread-safe. {@link #start}, {@link #stop} and {@link #close} block.
 */
public final class HostEmulator extends Emulator {
  private final HostEmulatorOptions options;
  private final HostCounters counters;
  private final Loops reaper = new Loops(stop);
  private final HostMemory memory;
  private final HostSpaces spaces;
  private final Invalidator invalidator;
  private final BeginOptions beginOptions;
  private final HostReady ready;

  private HostEmulator(HostEmulatorOptions options) {
    this.options = options;
    this.counters = new HostCounters(options.lateBegin());
    this.beginOptions = BeginOptions.DEFAULT.withAckDeadline(options.ackDeadline());
    try {
      memory = new HostMemory(SharedMemory.create(geometry(options)), System::nanoTime);
      closer.add(memory);
      SvmClient client = closer.add(SvmClient.connect(options.target()));
      HostSession session =
          client.openHost(
              HostOptions.named(options.name())
                  .withTtl(options.ttl())
                  .withListener(counters.session));
      invalidator = new Invalidator(session, memory, counters);
      spaces = HostSpaces.create(client.addressSpaces(), memory, counters, options);
      closer.add(this::releaseSpaces);
      HostPages pages = new HostPages(spaces, memory, invalidator, beginOptions, counters);
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      PageSourceServer pageSource = closer.add(PageSourceServer.start(address, pages));
      ready =
          new HostReady(
              spaces.root().id(),
              memory.shared().file().toString(),
              "127.0.0.1:" + pageSource.port());
    } catch (RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /**
   * Makes memory and address space, opens the session and the page source, and starts the change
   * loops.
   *
   * @throws io.svmcoord.client.SvmException if the coordinator can't be reached or refuses
   */
  public static HostEmulator start(HostEmulatorOptions options) {
    HostEmulator host = open(options);
    host.startChanges();
    return host;
  }

  /**
   * As {@link #start}, but changes nothing until {@link #startChanges}: devices can get ready
   * first.
   *
   * @throws io.svmcoord.client.SvmException if the coordinator can't be reached or refuses
   */
  public static HostEmulator open(HostEmulatorOptions options) {
    return new HostEmulator(options);
  }

  /** Where devices and mappers find everything. */
  public HostReady ready() {
    return ready;
  }

  /** Counters since the start. Doesn't block. */
  public HostStats stats() {
    return counters.stats();
  }

  @Override
  void stopped() {
    reaper.joinQuietly();
    counters.clock.stop();
  }

  /** Starts the change loops. To be called once. */
  public void startChanges() {
    Pacer pacer = new Pacer(stop, options.changesPerSecond());
    AtomicLong changesLeft =
        new AtomicLong(options.changesMax() == 0 ? Long.MAX_VALUE : options.changesMax());
    for (int i = 0; i < options.changeLoops(); i++) {
      loops.start(
          options.name() + "-change-" + i,
          new ChangeLoop(
              options, spaces, memory, invalidator, beginOptions, stop, pacer, changesLeft, i));
    }
    reaper.start(options.name() + "-reaper", new ChildReaper(spaces, stop));
  }

  private void releaseSpaces() {
    for (EmulatedSpace child : spaces.children()) {
      spaces.release(child);
    }
    spaces.release(spaces.root());
  }

  /** A frame for each page of each space, and some for copies under way. */
  private static MemoryGeometry geometry(HostEmulatorOptions options) {
    int spaceSlots = 1 + options.childrenMax() + 1;
    return new MemoryGeometry(
        options.pageSizeBytes(),
        options.pages(),
        Math.multiplyExact(options.pages(), spaceSlots) + HostEmulatorOptions.SPARE_FRAMES,
        spaceSlots,
        options.baseAddress());
  }
}
