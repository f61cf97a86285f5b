package io.svmcoord.loadtest.sim.world;

import io.svmcoord.client.SvmClient;
import io.svmcoord.client.SvmException;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.loadtest.sim.core.SimProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A machine with a client process on it that may crash and be started anew. What a process does is
 * ordinary user code on the public SDK, in threads that block. Confined to its simulation.
 */
abstract class SimClient {
  /** Most time for one round trip. */
  static final Duration DEADLINE = Duration.ofSeconds(2);

  private static final long RETRY_NANOS = 50_000_000;

  private final World world;
  private final String machine;
  private final SimClock clock;
  private final RandomGenerator random;
  private final List<SimClient> passengers = new ArrayList<>();

  /** Whose process and client it uses; null for its own. */
  private @Nullable SimClient carrier;

  private SimProcess process;
  private int lives;
  private boolean hasProved;
  private boolean isClosed;

  SimClient(World world, String machine, SimClock clock) {
    this.world = world;
    this.machine = machine;
    this.clock = clock;
    this.random = world.simulation().newRandom();
    this.process = new SimProcess(world.simulation(), machine, clock);
  }

  /** Opens what it needs, works until the world proves and stops, proves, and closes. */
  abstract void live(SvmClient client);

  final World world() {
    return world;
  }

  final String machine() {
    return machine;
  }

  final RandomGenerator random() {
    return random;
  }

  final SimClock clock() {
    return clock;
  }

  final SimProcess process() {
    return carrier == null ? process : carrier.process;
  }

  /** Another one lives in this one's process, on the same client of the SDK. */
  final void carry(SimClient passenger) {
    passengers.add(passenger);
    passenger.carrier = this;
  }

  /** Whether its process is another one's. */
  final boolean isPassenger() {
    return carrier != null;
  }

  /** Names this life of it. */
  final String name() {
    int life = carrier == null ? lives : carrier.lives;
    return life == 1 ? machine : machine + "." + life;
  }

  final boolean isAlive() {
    return carrier == null ? lives > 0 && !process.isCrashed() : carrier.isAlive();
  }

  /** Whether it has shown that it still can do what it is there for. */
  final boolean hasProved() {
    return hasProved;
  }

  final boolean isClosed() {
    return isClosed;
  }

  /** Starts its process, for the first time or after a crash. */
  final void start() {
    if (carrier != null) {
      carrier.start();
      return;
    }
    if (lives > 0) {
      process = new SimProcess(world.simulation(), machine, clock);
    }
    lives++;
    process.start(this::run);
  }

  private void run() {
    try (SvmClient client =
        SvmClient.builder(World.COORDINATOR)
            .environment(world.environment(this))
            .deadline(DEADLINE)
            .sharedStream(world.scenario().hasGateways())
            .build()) {
      if (passengers.isEmpty()) {
        liveUntilStopped(client);
      } else {
        List<Runnable> lives = new ArrayList<>();
        lives.add(() -> liveUntilStopped(client));
        passengers.forEach(each -> lives.add(() -> each.liveUntilStopped(client)));
        runAll(lives);
      }
    }
    closed();
    passengers.forEach(SimClient::closed);
  }

  private void liveUntilStopped(SvmClient client) {
    try {
      live(client);
    } catch (SvmException e) {
      if (!world.isStopping()) {
        throw e;
      }
      note("stops with " + e.getMessage());
    }
  }

  private void closed() {
    isClosed = true;
    world.note(name(), "is closed");
  }

  // For what it does.

  final void sleep(long nanos) {
    process().sleep(nanos);
  }

  final void think(long nanosMax) {
    sleep(random.nextLong(nanosMax));
  }

  final boolean oneIn(int chances) {
    return random.nextInt(chances) == 0;
  }

  final boolean has(Scenario.Trait trait) {
    return world.scenario().has(trait);
  }

  final void note(String what) {
    world.note(name(), what);
  }

  /** Calls until it is answered; empty-handed it comes back when the world stops. */
  final <T> T retrying(Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (SvmException e) {
        if (!isOfNetwork(e) || world.isStopping()) {
          throw e;
        }
        sleep(RETRY_NANOS);
      }
    }
  }

  /** Whether it failed for a reason that goes away. */
  static boolean isOfNetwork(SvmException e) {
    return switch (e.reason()) {
      case "UNAVAILABLE",
          "DEADLINE_EXCEEDED",
          "CANCELLED",
          "SESSION_LOST",
          "SESSION_EXPIRED",
          "SESSION_EVICTED",
          "TIMED_OUT",
          "IN_GRACE",
          "NOT_READY",
          "DRAINING" ->
          true;
      default -> false;
    };
  }

  /** Runs tasks side by side, each in a thread; comes back when all are through. */
  final void runAll(List<Runnable> tasks) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (Runnable task : tasks) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      all.add(done);
      process()
          .start(
              () -> {
                task.run();
                done.complete(null);
              });
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
  }

  /** Waits for the time to prove; proves by a call that succeeds; waits for the end. */
  final void prove(Runnable call) {
    while (!world.isStopping() && !hasProved) {
      try {
        call.run();
        hasProved = true;
      } catch (SvmException e) {
        note("can't prove yet: " + e.getMessage());
        sleep(RETRY_NANOS);
      }
    }
    while (!world.isStopping()) {
      sleep(RETRY_NANOS);
    }
  }
}
