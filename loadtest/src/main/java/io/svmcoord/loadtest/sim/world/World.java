package io.svmcoord.loadtest.sim.world;

import com.google.protobuf.ByteString;
import io.svmcoord.client.ClientEnvironment;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.loadtest.sim.check.Checkers;
import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.check.InvalidationKey;
import io.svmcoord.loadtest.sim.check.Limits;
import io.svmcoord.loadtest.sim.check.Violation;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.loadtest.sim.core.Simulation;
import io.svmcoord.loadtest.sim.net.LinkTimes;
import io.svmcoord.loadtest.sim.net.SimNetwork;
import io.svmcoord.loadtest.sim.node.SimCoordinator;
import io.svmcoord.loadtest.sim.node.SimEnvironment;
import io.svmcoord.loadtest.sim.world.Scenario.Trait;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.control.ControlStore;
import io.svmcoord.server.kernel.KernelCounts;
import io.svmcoord.server.kernel.Past;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One coordinator, the machines around it, and the checkers that all of them tell what happens.
 *
 * <p>A run has four parts. Clients do what they like and faults happen; the faults are healed and
 * the bounds of the promises pass; each living client proves that it still can do what it is there
 * for; all clients close, and at rest nothing may be left. Confined to its simulation.
 */
final class World {
  /** Where the coordinator serves. */
  static final String COORDINATOR = "coordinator";

  private static final long MILLI = 1_000_000;

  /** So small that a stream that is held up for a moment is full, and its events are merged. */
  private static final int NARROW_WINDOW_BYTES = 1;

  private static final String MERGE_NOTICES = "1";

  private static final long START_NANOS_MAX = 20 * MILLI;
  private static final long PROOF_NANOS_MAX = 30_000 * MILLI;
  private static final long CLOSE_NANOS_MAX = 30_000 * MILLI;
  private static final long NON_BLOCKABLE_NANOS = 50 * MILLI;
  private static final long SLACK_NANOS = 25 * MILLI;

  /**
   * Where clocks are wrong by up to this, the coordinator is told so as its rate error, and the
   * rest of the guard alone would not do.
   */
  private static final int CLOCK_PPM_MAX = 90_000;

  private static final int CLOCK_PPM_USUAL = 200;
  private static final String GUARD_DIVISOR_SMALL = "100";

  private final Simulation simulation;
  private final Scenario scenario;
  private final ServerConfig config;
  private final RandomGenerator random;
  private final SimNetwork network;
  private final SimCoordinator coordinator;
  private final Nemesis nemesis;
  private final Checkers checkers;
  private final SimSpaces spaces;
  private final List<SimClient> clients = new ArrayList<>();
  private final Map<ByteString, Long> sessionsByKey = new HashMap<>();

  /** The stream that carries each device session. */
  private final Map<Long, DeviceEdge> carriers = new HashMap<>();

  private final Map<InvalidationKey, Held> held = new HashMap<>();
  private long lastVersion = 1;
  private boolean isProving;
  private boolean isStopping;

  /** An invalidation in the hands of its host. */
  private record Held(HostClient host, int life, Invalidation invalidation) {}

  World(Simulation simulation, Scenario scenario, ControlStore store) {
    this.simulation = simulation;
    this.scenario = scenario;
    this.random = simulation.newRandom();
    this.network = new SimNetwork(simulation, LinkTimes.DEFAULT);
    this.config = config(scenario);
    this.checkers = new Checkers(limits());
    this.spaces = new SimSpaces(scenario.spaces(), scenario.pages());
    if (scenario.has(Trait.SLOW_STREAMS)) {
      network.narrowResponses(NARROW_WINDOW_BYTES);
    }
    this.coordinator =
        new SimCoordinator(
            network,
            COORDINATOR,
            clock(),
            config,
            store,
            this::started,
            new KernelTap(this),
            new EdgeTap(this));
    this.nemesis = new Nemesis(this);
    add(scenario.hosts(), "host", HostClient::new);
    add(scenario.devices(), "device", DeviceClient::new);
    addPassengers();
    add(scenario.mappers(), "mapper", MapperClient::new);
    add(scenario.has(Trait.MEDDLER) ? 1 : 0, "meddler", MeddlerClient::new);
  }

  @FunctionalInterface
  private interface Maker {
    SimClient make(World world, String machine, SimClock clock);
  }

  private void add(int count, String role, Maker maker) {
    for (int i = 1; i <= count; i++) {
      clients.add(maker.make(this, role + i, clock()));
    }
  }

  private void addPassengers() {
    for (SimClient carrier : List.copyOf(clients)) {
      for (int i = 1; carrier instanceof DeviceClient && i <= scenario.passengers(); i++) {
        SimClient passenger = new DeviceClient(this, carrier.machine() + "-" + i, carrier.clock());
        carrier.carry(passenger);
        clients.add(passenger);
      }
    }
  }

  private SimClock clock() {
    int ppm = scenario.has(Trait.CLOCK_ERRORS) ? CLOCK_PPM_MAX : CLOCK_PPM_USUAL;
    return new SimClock(
        simulation, random.nextLong(), random.nextInt(-ppm, ppm + 1), random.nextLong(1L << 40));
  }

  private static ServerConfig config(Scenario scenario) {
    ServerConfig config =
        ServerConfig.defaults().with("event-loops", Integer.toString(scenario.loops()));
    if (scenario.has(Trait.SLOW_STREAMS)) {
      config = config.with("limits.merge-notices-per-session", MERGE_NOTICES);
    }
    return scenario.has(Trait.CLOCK_ERRORS)
        ? config
            .with("session.guard-divisor", GUARD_DIVISOR_SMALL)
            .with("session.rate-error-ppm", Integer.toString(CLOCK_PPM_MAX))
        : config;
  }

  private Limits limits() {
    long guardNanos = config.kernel().guardNanos(scenario.ttlNanos());
    return new Limits(
        scenario.ackDeadlineNanosMax(),
        scenario.ttlNanos() + guardNanos,
        NON_BLOCKABLE_NANOS,
        scenario.has(Trait.COORDINATOR_CRASHES) ? scenario.ttlNanos() + guardNanos : 0,
        CLOCK_PPM_MAX / 1e6,
        SLACK_NANOS);
  }

  private void started(Past past) {
    tell(new Fact.CoordinatorStarted(now(), past.incarnation().high(), past.epoch()));
  }

  // The run.

  void run() {
    coordinator.start();
    clients.stream()
        .filter(client -> !client.isPassenger())
        .forEach(
            client -> {
              var _ = simulation.schedule(random.nextLong(START_NANOS_MAX), client::start);
            });
    nemesis.plan(scenario.busyNanos());
    simulation.runUntil(scenario.busyNanos());
    note("world", "is healed");
    nemesis.heal();
    simulation.runUntil(now() + 2 * limits().leaseNanosMax());
    note("world", "has to prove that it is well");
    isProving = true;
    var _ = simulation.runUntil(this::haveAllProved, now() + PROOF_NANOS_MAX);
    living(client -> client.hasProved() || (!(client instanceof HostClient) && !isAnyHostAlive()))
        .forEach(
            client -> stuck(client, "can't do what it is there for, long after the last fault"));
    isStopping = true;
    var _ = simulation.runUntil(this::areAllClosed, now() + CLOSE_NANOS_MAX);
    living(SimClient::isClosed).forEach(client -> stuck(client, "can't close"));
    simulation.runUntil(now() + 2 * limits().leaseNanosMax());
    tellEventsWaited();
    KernelCounts counts = coordinator.kernel().counts(coordinator.clock().nanos());
    tell(new Fact.AtRest(now(), counts.runningInvalidations(), counts.waitingReaders()));
  }

  /** How many events waited for one stream of the coordinator's present life. */
  void tellEventsWaited() {
    tell(
        new Fact.EventsWaited(
            now(),
            coordinator.services().outbound().mostEvents(),
            config.limits().mergeNoticesPerSession()));
  }

  @FunctionalInterface
  private interface Condition {
    boolean isTrue(SimClient client);
  }

  /** Those alive that are not so. */
  private List<SimClient> living(Condition except) {
    return clients.stream().filter(one -> one.isAlive() && !except.isTrue(one)).toList();
  }

  /** Without a host there may be no space to work on. */
  private boolean isAnyHostAlive() {
    return clients.stream().anyMatch(one -> one.isAlive() && one instanceof HostClient);
  }

  private boolean haveAllProved() {
    return !isAnyHostAlive() || living(SimClient::hasProved).isEmpty();
  }

  private boolean areAllClosed() {
    return living(SimClient::isClosed).isEmpty();
  }

  // For everybody.

  Simulation simulation() {
    return simulation;
  }

  Scenario scenario() {
    return scenario;
  }

  SimNetwork network() {
    return network;
  }

  SimCoordinator coordinator() {
    return coordinator;
  }

  List<SimClient> clients() {
    return clients;
  }

  /** All clients of a client's process. */
  List<SimClient> together(SimClient client) {
    return clients.stream().filter(each -> each.process().equals(client.process())).toList();
  }

  SimSpaces spaces() {
    return spaces;
  }

  long now() {
    return simulation.nowNanos();
  }

  /** Whether clients are to show that they are well, and do nothing else any more. */
  boolean isProving() {
    return isProving;
  }

  /** Whether clients are to close. */
  boolean isStopping() {
    return isStopping;
  }

  void note(String who, String what) {
    if (simulation.trace().isOn()) {
      simulation.note(who, what);
    }
  }

  /** Tells the checkers. */
  void tell(Fact fact) {
    if (!simulation.trace().isOn()) {
      checkers.accept(fact);
      return;
    }
    simulation.note("fact", fact.toString());
    List<Violation> before = checkers.violations();
    checkers.accept(fact);
    checkers.violations().stream()
        .filter(violation -> !before.contains(violation))
        .forEach(violation -> simulation.note("VIOLATION", violation.toString()));
  }

  void stuck(SimClient client, String what) {
    tell(new Fact.StuckAtRest(now(), client.name(), what));
  }

  List<Violation> violations() {
    return checkers.violations();
  }

  // For clients.

  ClientEnvironment environment(SimClient client) {
    return client instanceof DeviceClient device
        ? new SimEnvironment(network, client.process(), new DeviceTap(this, device))
        : new SimEnvironment(network, client.process());
  }

  /** A session of some device that has one; the caller drives a change for it. */
  Optional<DeviceSession> anyDeviceSession(RandomGenerator chooser) {
    List<DeviceSession> all =
        clients.stream()
            .filter(SimClient::isAlive)
            .flatMap(
                client ->
                    client instanceof DeviceClient device
                        ? device.session().stream()
                        : Optional.<DeviceSession>empty().stream())
            .toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(chooser.nextInt(all.size())));
  }

  /** A host changes pages of a space, under an invalidation that it holds. */
  void change(SimSpace space, long pages, InvalidationKey id, long owner) {
    long version = ++lastVersion;
    space.change(pages, version, owner);
    tell(new Fact.PagesChanged(now(), space.id(), pages, version, id));
  }

  void hold(InvalidationKey id, HostClient host, Invalidation invalidation) {
    held.put(id, new Held(host, host.process().number(), invalidation));
  }

  void letGo(InvalidationKey id) {
    held.remove(id);
  }

  // For the taps.

  void sessionOpened(ByteString key, long number) {
    sessionsByKey.put(key, number);
  }

  /** A stream carries a session from now on. */
  void carriedBy(long session, DeviceEdge stream) {
    carriers.put(session, stream);
  }

  boolean isCarriedBy(long session, DeviceEdge stream) {
    return carriers.get(session) == stream;
  }

  /** The session of a key; 0 if nobody has it. */
  long sessionOf(ByteString key) {
    return sessionsByKey.getOrDefault(key, 0L);
  }

  /** Whether a living host would change pages under an invalidation now. */
  boolean isHeldByItsHost(InvalidationKey id) {
    Held one = held.get(id);
    return one != null
        && one.host.isAlive()
        && one.host.process().number() == one.life
        && one.invalidation.isHeld();
  }

  /** What the living holder of a session has left of its lease by its own clock. */
  long leaseLeftNanos(long sessionId) {
    for (SimClient client : clients) {
      if (client.isAlive()
          && client instanceof DeviceClient device
          && device.sessionId() == sessionId) {
        return device.leaseLeftNanos();
      }
    }
    return 0;
  }
}
