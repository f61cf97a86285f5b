package io.svmcoord.loadtest.sim.world;

import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.net.Direction;
import io.svmcoord.loadtest.sim.net.SimConnection;
import io.svmcoord.loadtest.sim.world.Scenario.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** What goes wrong, at times and places of chance. Confined to its simulation. */
final class Nemesis {
  private static final long MILLI = 1_000_000;
  private static final int FAULTS_MAX = 6;
  private static final long STALL_NANOS_MAX = 500 * MILLI;
  private static final long PAUSE_NANOS_MAX = 2_500 * MILLI;
  private static final long COORDINATOR_PAUSE_NANOS_MAX = 400 * MILLI;
  private static final long OUTAGE_NANOS_MAX = 1_500 * MILLI;
  private static final long DEAD_NANOS_MAX = 2_000 * MILLI;
  private static final long COORDINATOR_DEAD_NANOS_MAX = 600 * MILLI;
  private static final long WALL_JUMP_MILLIS_MAX = 5_000;

  /** What a process that stood still takes to work off what has waited. */
  private static final long CATCH_UP_NANOS = 30 * MILLI;

  private static final List<Trait> FAULTS =
      List.of(
          Trait.CUTS,
          Trait.HALF_OPEN,
          Trait.STALLS,
          Trait.SLOW_STREAMS,
          Trait.OUTAGES,
          Trait.PAUSES,
          Trait.SLEEPS,
          Trait.CRASHES,
          Trait.COORDINATOR_PAUSES,
          Trait.COORDINATOR_CRASHES,
          Trait.WALL_JUMPS);

  private final World world;
  private final RandomGenerator random;
  private final List<SimConnection> halfOpen = new ArrayList<>();
  private boolean isHealed;

  Nemesis(World world) {
    this.world = world;
    this.random = world.simulation().newRandom();
  }

  /** Has faults happen until a time. */
  void plan(long untilNanos) {
    List<Trait> faults =
        FAULTS.stream().filter(world.scenario()::has).filter(this::isBearable).toList();
    if (faults.isEmpty()) {
      return;
    }
    int count = random.nextInt(1, FAULTS_MAX + 1);
    for (int i = 0; i < count; i++) {
      Trait fault = faults.get(random.nextInt(faults.size()));
      var _ = world.simulation().schedule(random.nextLong(untilNanos), () -> strike(fault));
    }
  }

  /** A lease is kept by two clocks: one that stands still and one that is set back are too many. */
  private boolean isBearable(Trait fault) {
    return fault != Trait.SLEEPS || !world.scenario().has(Trait.WALL_JUMPS);
  }

  /** No fault happens any more, and what does not heal by itself does now. */
  void heal() {
    isHealed = true;
    halfOpen.forEach(SimConnection::cut);
    halfOpen.clear();
  }

  private void strike(Trait fault) {
    if (isHealed) {
      return;
    }
    switch (fault) {
      case CUTS -> anyConnection().forEach(SimConnection::cut);
      case HALF_OPEN -> anyConnection().forEach(this::halfOpen);
      case STALLS ->
          anyConnection()
              .forEach(one -> one.stall(anyDirection(), random.nextLong(STALL_NANOS_MAX)));
      case SLOW_STREAMS ->
          anyConnection()
              .forEach(one -> one.stall(Direction.TO_CLIENT, random.nextLong(STALL_NANOS_MAX)));
      case OUTAGES -> outage();
      case PAUSES -> pause(false);
      case SLEEPS -> pause(true);
      case CRASHES -> crash();
      case COORDINATOR_PAUSES -> pauseCoordinator();
      case COORDINATOR_CRASHES -> crashCoordinator();
      case WALL_JUMPS -> jump();
      default -> throw new IllegalArgumentException("fault: " + fault + " (expected: a fault)");
    }
  }

  private List<SimConnection> anyConnection() {
    List<SimConnection> all = world.network().connections();
    return all.isEmpty() ? List.of() : List.of(all.get(random.nextInt(all.size())));
  }

  private List<SimClient> anyClient() {
    List<SimClient> all = world.clients().stream().filter(SimClient::isAlive).toList();
    return all.isEmpty() ? List.of() : List.of(all.get(random.nextInt(all.size())));
  }

  private Direction anyDirection() {
    return random.nextBoolean() ? Direction.TO_SERVER : Direction.TO_CLIENT;
  }

  private void halfOpen(SimConnection connection) {
    halfOpen.add(connection);
    if (random.nextInt(3) == 0) {
      connection.swallow(Direction.TO_SERVER);
      connection.swallow(Direction.TO_CLIENT);
    } else {
      connection.swallow(anyDirection());
    }
  }

  private void outage() {
    for (SimClient client : anyClient()) {
      world.note(client.name(), "is cut off");
      long nanos = random.nextLong(OUTAGE_NANOS_MAX);
      if (random.nextBoolean()) {
        world.network().refuse(client.process(), nanos);
      } else {
        world.network().ignore(client.process(), nanos);
      }
      world.network().connectionsOf(client.process()).forEach(SimConnection::cut);
    }
  }

  /** A process stands still, or its machine sleeps. */
  private void pause(boolean isAsleep) {
    for (SimClient client : anyClient()) {
      long nanos = random.nextLong(PAUSE_NANOS_MAX);
      String life = client.name();
      world.note(life, (isAsleep ? "sleeps for " : "stands still for ") + nanos / MILLI + " ms");
      if (isAsleep) {
        client.process().suspend(nanos);
      } else {
        client.process().pause(nanos);
      }
      List<String> lives = world.together(client).stream().map(SimClient::name).toList();
      lives.forEach(each -> world.tell(new Fact.BusyBegan(world.now(), each, false)));
      var _ =
          world
              .simulation()
              .schedule(
                  nanos + CATCH_UP_NANOS,
                  () ->
                      lives.forEach(
                          each -> world.tell(new Fact.BusyEnded(world.now(), each, false))));
    }
  }

  private void crash() {
    for (SimClient client : anyClient()) {
      world.note(client.name(), "is killed");
      client.process().crash();
      if (random.nextInt(4) != 0) {
        var _ = world.simulation().schedule(random.nextLong(DEAD_NANOS_MAX), client::start);
      }
    }
  }

  private void pauseCoordinator() {
    SimProcess process = world.coordinator().process();
    if (!process.isPaused() && !process.isCrashed()) {
      long nanos = random.nextLong(COORDINATOR_PAUSE_NANOS_MAX);
      world.note(World.COORDINATOR, "stands still for " + nanos / MILLI + " ms");
      process.pause(nanos);
      world.tell(new Fact.CoordinatorPaused(world.now(), nanos));
    }
  }

  private void crashCoordinator() {
    if (!world.coordinator().process().isCrashed()) {
      world.note(World.COORDINATOR, "is killed");
      world.tellEventsWaited();
      world.coordinator().crash();
      world.tell(new Fact.CoordinatorCrashed(world.now()));
      var _ =
          world
              .simulation()
              .schedule(random.nextLong(COORDINATOR_DEAD_NANOS_MAX), world.coordinator()::start);
    }
  }

  private void jump() {
    for (SimClient client : anyClient()) {
      long millis = random.nextLong(-WALL_JUMP_MILLIS_MAX, WALL_JUMP_MILLIS_MAX);
      world.note(client.name(), "sets its wall clock by " + millis + " ms");
      client.clock().jumpWall(millis);
    }
  }
}
