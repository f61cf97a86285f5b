package io.svmcoord.loadtest.sim.world;

import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.SessionEvent;
import io.svmcoord.client.SessionState;
import io.svmcoord.client.SvmClient;
import io.svmcoord.client.SvmException;
import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.loadtest.sim.world.Scenario.Trait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A device: some mirrors on one session, and threads that fault pages in and use them. */
final class DeviceClient extends SimClient {
  private static final long MILLI = 1_000_000;
  private static final long THINK_NANOS_MAX = 30 * MILLI;

  private @Nullable DeviceSession session;

  /** The session in which all mirrors are known to be subscribed. */
  private long settledSession;

  private List<DeviceMirror> mirrors = List.of();

  DeviceClient(World world, String machine, SimClock clock) {
    super(world, machine, clock);
  }

  @Override
  void live(SvmClient client) {
    if (!world().spaces().await(this)) {
      return;
    }
    DeviceOptions options =
        DeviceOptions.named(name())
            .withTtl(Duration.ofNanos(world().scenario().ttlNanos()))
            .withListener(this::heard);
    if (has(Trait.PARALLEL_HANDLERS)) {
      options = options.withParallelHandlers();
    }
    DeviceOptions chosen = options;
    DeviceSession opened = retrying(() -> client.openDevice(chosen));
    session = opened;
    settledSession = opened.sessionId();
    List<DeviceMirror> made = new ArrayList<>();
    List<Runnable> readers = new ArrayList<>();
    for (int i = 0; i < world().scenario().mirrors(); i++) {
      made.add(new DeviceMirror(this, opened));
    }
    mirrors = List.copyOf(made);
    for (int i = 0; i < world().scenario().readers(); i++) {
      readers.add(this::work);
    }
    runAll(readers);
    prove(() -> mirrors.forEach(DeviceMirror::prove));
  }

  private void heard(SessionEvent event) {
    note(event.toString());
    switch (event) {
      case SessionEvent.Connected(var id) -> settledSession = id;
      case SessionEvent.Reopened(var id) -> settledSession = id;
      case SessionEvent.Suspect _,
          SessionEvent.Resumed _,
          SessionEvent.Resynced _,
          SessionEvent.Fenced _,
          SessionEvent.Draining _,
          SessionEvent.SpaceReleased _,
          SessionEvent.HandlerFailed _,
          SessionEvent.Closed _ -> {
        // For the trace.
      }
    }
  }

  private void work() {
    while (!world().isProving()) {
      think(THINK_NANOS_MAX);
      DeviceMirror mirror = mirrors.get(random().nextInt(mirrors.size()));
      try {
        mirror.useSomehow();
      } catch (SvmException e) {
        note("use failed: " + e.getMessage());
      }
    }
  }

  /** Its session, once it is open. */
  Optional<DeviceSession> session() {
    return Optional.ofNullable(session);
  }

  long sessionId() {
    return session == null ? 0 : session.sessionId();
  }

  /** By its own clock. */
  long leaseLeftNanos() {
    return session == null ? 0 : session.leaseLeft().toNanos();
  }

  /** Whether it is connected, leased and subscribed, so that nothing but invalidations delays. */
  boolean isSettled() {
    return session != null
        && session.state() == SessionState.ACTIVE
        && session.sessionId() == settledSession
        && session.leaseLeft().isPositive();
  }

  /** Runs something that may make the device's readers wait. */
  <T> T busy(Supplier<T> task) {
    return busy(false, task);
  }

  /** Runs a change of subscriptions. */
  <T> T subscribing(Supplier<T> task) {
    return busy(true, task);
  }

  private <T> T busy(boolean isSubscribing, Supplier<T> task) {
    String life = name();
    world().tell(new Fact.BusyBegan(world().now(), life, isSubscribing));
    try {
      return task.get();
    } finally {
      world().tell(new Fact.BusyEnded(world().now(), life, isSubscribing));
    }
  }
}
