package io.svmcoord.loadtest.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.Event;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.RetryResult;
import io.svmcoord.client.SvmClient;
import io.svmcoord.client.Token;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.core.Simulation;
import io.svmcoord.loadtest.sim.core.Trace;
import io.svmcoord.loadtest.sim.net.LinkTimes;
import io.svmcoord.loadtest.sim.net.SimNetwork;
import io.svmcoord.range.AddressRange;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.kernel.KernelObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * A host that changes its pages, a device that mirrors them and a mapper that validates, each in a
 * process of its own, without faults. The code of each is ordinary code over the SDK.
 */
final class SmallWorld {
  private static final int PAGES = 16;
  private static final int PAGE_BYTES = 4096;
  private static final int CHANGES = 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final ServerConfig CONFIG = ServerConfig.defaults().with("event-loops", "2");

  private final Simulation simulation;
  private final SimNetwork network;
  private final SimCoordinator coordinator;

  /** The host's pages: how often each was changed. */
  private final long[] versions = new long[PAGES];

  private final CompletableFuture<Long> space = new CompletableFuture<>();
  private final List<CompletableFuture<Void>> ends = new ArrayList<>();
  private int uses;
  private int validated;

  SmallWorld(long seed, Trace trace) {
    simulation = new Simulation(seed, trace, 1_000_000);
    network = new SimNetwork(simulation, LinkTimes.DEFAULT);
    RandomGenerator random = simulation.newRandom();
    coordinator =
        new SimCoordinator(
            network,
            "coordinator",
            clock(random),
            CONFIG,
            new SimControlStore(simulation),
            _ -> {},
            KernelObserver.NONE);
    coordinator.start();
    run("host", clock(random), this::host);
    run("device", clock(random), this::device);
    run("mapper", clock(random), this::mapper);
  }

  private SimClock clock(RandomGenerator random) {
    return new SimClock(
        simulation, random.nextLong(), random.nextInt(-1000, 1000), random.nextLong(1L << 40));
  }

  private interface Role {
    void play(SimProcess process, SvmClient client);
  }

  private void run(String name, SimClock clock, Role role) {
    SimProcess process = new SimProcess(simulation, name, clock);
    CompletableFuture<Void> end = new CompletableFuture<>();
    ends.add(end);
    process.start(
        () -> {
          try (SvmClient client =
              SvmClient.builder("coordinator")
                  .environment(new SimEnvironment(network, process))
                  .build()) {
            role.play(process, client);
          }
          end.complete(null);
        });
  }

  /** Runs it to its end; answers what tells runs apart. */
  String run() {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new));
    boolean isOver = simulation.runUntil(all::isDone, Duration.ofSeconds(60).toNanos());
    assertThat(isOver).as("seed %d ends", simulation.seed()).isTrue();
    return "%d steps, %d uses, %d validated, %d ns, hash %016x"
        .formatted(
            simulation.steps(), uses, validated, simulation.nowNanos(), simulation.trace().hash());
  }

  Simulation simulation() {
    return simulation;
  }

  private void host(SimProcess process, SvmClient client) {
    long id = client.addressSpaces().create("space", PAGE_BYTES).id();
    try (HostSession session = client.openHost(HostOptions.named("host"))) {
      space.complete(id);
      for (int i = 0; i < CHANGES; i++) {
        process.sleep(process.random().nextLong(3_000_000));
        change(process, session, id);
      }
    }
  }

  private void change(SimProcess process, HostSession session, long id) {
    int first = process.random().nextInt(PAGES);
    int last = process.random().nextInt(first, PAGES);
    try (Invalidation invalidation = session.begin(id, List.of(range(first, last)), Event.CLEAR)) {
      for (int page = first; page <= last; page++) {
        versions[page]++;
        process.sleep(process.random().nextLong(20_000));
      }
      assertThat(invalidation.isHeld()).isTrue();
    }
  }

  private void device(SimProcess process, SvmClient client) {
    long id = space.join();
    Table table = new Table();
    try (DeviceSession session = client.openDevice(DeviceOptions.named("device"));
        Mirror mirror =
            session.mirror(
                id, range(0, PAGES - 1), table, (_, range, _, _) -> pages(process, range))) {
      for (int i = 0; i < CHANGES; i++) {
        int page = process.random().nextInt(PAGES);
        var _ = mirror.fault(range(page, page), Access.READ, TIMEOUT);
        process.sleep(process.random().nextLong(2_000_000));
        mirror.access(table::use);
      }
    }
  }

  /** Not one instant: pages change while they are looked up. */
  private List<MirroredPage> pages(SimProcess process, AddressRange range) {
    List<MirroredPage> pages = new ArrayList<>();
    for (int page = page(range.first()); page <= page(range.last()); page++) {
      process.sleep(process.random().nextLong(100_000));
      pages.add(new MirroredPage((long) page * PAGE_BYTES, versions[page], true, 0));
    }
    return pages;
  }

  /** What the device has mapped; confined to its mirror's lock. */
  private final class Table implements DeviceTable {
    private final Map<Integer, Long> mapped = new TreeMap<>();

    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      pages.forEach(page -> mapped.put(page(page.address()), page.frame()));
    }

    @Override
    public void invalidate(InvalidationNotice notice) {
      notice
          .ranges()
          .toList()
          .forEach(
              range -> mapped.keySet().removeIf(page -> range.contains((long) page * PAGE_BYTES)));
    }

    void use() {
      mapped.forEach((page, version) -> assertThat(version).isEqualTo(versions[page]));
      uses += mapped.size();
    }
  }

  private void mapper(SimProcess process, SvmClient client) {
    Mapper mapper = client.mapper(space.join());
    for (int i = 0; i < CHANGES; i++) {
      int page = process.random().nextInt(PAGES);
      Token token = mapper.readBegin(List.of(range(page, page)), TIMEOUT);
      process.sleep(process.random().nextLong(2_000_000));
      if (mapper.readRetry(token, List.of(range(page, page))) == RetryResult.VALID) {
        validated++;
      }
    }
  }

  private static AddressRange range(int firstPage, int lastPage) {
    return new AddressRange((long) firstPage * PAGE_BYTES, (lastPage + 1L) * PAGE_BYTES - 1);
  }

  private static int page(long address) {
    return (int) (address / PAGE_BYTES);
  }
}
