package io.svmcoord.loadtest.sim.world;

import io.svmcoord.client.AddressSpaceInfo;
import io.svmcoord.client.AlreadyExistsException;
import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.Event;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.InvalidationId;
import io.svmcoord.client.NotFoundException;
import io.svmcoord.client.SvmClient;
import io.svmcoord.client.SvmException;
import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.check.InvalidationKey;
import io.svmcoord.loadtest.sim.check.PageMask;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.loadtest.sim.world.Scenario.Trait;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A host: some threads that invalidate, change and end, on one session. */
final class HostClient extends SimClient {
  private static final long MILLI = 1_000_000;
  private static final long THINK_NANOS_MAX = 60 * MILLI;
  private static final long HELD_NANOS_MAX = 15 * MILLI;
  private static final long HELD_LONG_NANOS_MAX = 250 * MILLI;
  private static final long END_AGAIN_NANOS = 30 * MILLI;
  private static final int RANGES_MAX = 3;
  private static final int CHANGES_MAX = 3;
  private static final List<Event> EVENTS =
      List.of(
          Event.UNMAP,
          Event.CLEAR,
          Event.PROTECTION_VMA,
          Event.PROTECTION_PAGE,
          Event.SOFT_DIRTY,
          Event.MIGRATE,
          Event.EXCLUSIVE);

  private int requests;

  HostClient(World world, String machine, SimClock clock) {
    super(world, machine, clock);
  }

  @Override
  void live(SvmClient client) {
    for (int place = 0; place < world().scenario().spaces(); place++) {
      if (world().spaces().at(place).isEmpty()) {
        makeSpace(client, place);
      }
    }
    HostOptions options =
        HostOptions.named(name()).withTtl(Duration.ofNanos(world().scenario().ttlNanos()));
    HostSession session = retrying(() -> client.openHost(options));
    runAll(Collections.nCopies(world().scenario().workers(), () -> work(client, session)));
    prove(() -> proveChange(client, session));
  }

  /** One was released, perhaps by a call that was never answered. */
  private void makeSpacesAgain(SvmClient client) {
    for (int place = 0; place < world().scenario().spaces(); place++) {
      makeSpace(client, place);
    }
  }

  private void makeSpace(SvmClient client, int place) {
    String name = "space-" + place;
    AddressSpaceInfo made =
        retrying(
            () -> {
              try {
                return client.addressSpaces().create(name, PageMask.PAGE_SIZE_BYTES);
              } catch (AlreadyExistsException e) {
                return client.addressSpaces().getByName(name);
              }
            });
    world().spaces().put(place, made.id());
  }

  private void work(SvmClient client, HostSession session) {
    while (!world().isProving()) {
      think(THINK_NANOS_MAX);
      try {
        if (has(Trait.SPACE_RELEASE) && oneIn(60)) {
          releaseAndMake(client);
        } else {
          invalidate(client, session);
        }
      } catch (SvmException e) {
        note("begin failed: " + e.getMessage());
      }
    }
  }

  private void releaseAndMake(SvmClient client) {
    int place = random().nextInt(world().scenario().spaces());
    Optional<SimSpace> space = world().spaces().at(place);
    if (space.isPresent()) {
      note("releases space " + space.get().id());
      var _ = client.addressSpaces().delete(space.get().id(), ackDeadline());
      makeSpace(client, place);
    }
  }

  /** What is invalidated, in one. */
  private record Plan(
      SimSpace space, List<AddressRange> ranges, Event event, long pages, long ownerSession) {}

  private Plan plan(long ownerSession) {
    SimSpace space = world().spaces().any(random());
    int count = random().nextInt(1, RANGES_MAX + 1);
    List<AddressRange> ranges = new ArrayList<>();
    long pages = 0;
    for (int i = 0; i < count; i++) {
      int first = random().nextInt(space.pages());
      int last = Math.min(space.pages() - 1, first + random().nextInt(3));
      ranges.add(PageMask.range(first, last));
      pages |= PageMask.of(first, last);
    }
    Event event = EVENTS.get(random().nextInt(EVENTS.size()));
    return new Plan(space, ranges, event, pages, ownerSession);
  }

  private void invalidate(SvmClient client, HostSession session) {
    try {
      invalidateSomehow(session);
    } catch (NotFoundException e) {
      note("space is gone: " + e.getMessage());
      makeSpacesAgain(client);
    }
  }

  private void invalidateSomehow(HostSession session) {
    BeginOptions options = options();
    Optional<DeviceSession> owner =
        has(Trait.OWNERS) && oneIn(2) ? world().anyDeviceSession(random()) : Optional.empty();
    if (owner.isPresent()) {
      options = options.withOwner(owner.get());
    }
    Plan plan = plan(owner.map(DeviceSession::sessionId).orElse(0L));
    if (has(Trait.REQUEST_IDS) && oneIn(2)) {
      invalidateTwice(session, plan, options.withRequestId(name() + "-" + ++requests));
    } else if (has(Trait.CANCELS) && oneIn(3)) {
      cancel(session, plan, options);
    } else {
      change(session.begin(plan.space.id(), plan.ranges, plan.event, options), plan, "");
    }
  }

  private BeginOptions options() {
    BeginOptions options = BeginOptions.DEFAULT.withAckDeadline(ackDeadline());
    if (has(Trait.NON_BLOCKABLE) && oneIn(3)) {
      options = options.nonBlockable();
    }
    if (has(Trait.SHORT_TIMEOUTS) && oneIn(3)) {
      options = options.withTimeout(Duration.ofNanos(1 + random().nextLong(20 * MILLI)));
    }
    return options;
  }

  private Duration ackDeadline() {
    long nanos = random().nextLong(10 * MILLI, world().scenario().ackDeadlineNanosMax());
    return Duration.ofMillis(nanos / MILLI);
  }

  private void cancel(HostSession session, Plan plan, BeginOptions options) {
    CompletableFuture<Invalidation> begin =
        session.beginAsync(plan.space.id(), plan.ranges, plan.event, options);
    think(3 * MILLI);
    if (begin.cancel(false)) {
      note("took its begin back");
    } else {
      change(join(begin), plan, "");
    }
  }

  /** The same request twice: what both are answered with is the same invalidation. */
  private void invalidateTwice(HostSession session, Plan plan, BeginOptions options) {
    String requestId = options.requestId();
    CompletableFuture<Invalidation> first =
        session.beginAsync(plan.space.id(), plan.ranges, plan.event, options);
    think(2 * MILLI);
    CompletableFuture<Invalidation> second = repeat(session, plan, options);
    if (has(Trait.CANCELS) && oneIn(4) && first.cancel(false)) {
      note("took one of two begins back");
    }
    Optional<Invalidation> begun = joinQuietly(first);
    // If the first was undone before the second arrived, that began anew.
    Optional<Invalidation> repeated = joinQuietly(second);
    begun.ifPresent(one -> answered(one, requestId));
    repeated.ifPresent(one -> answered(one, requestId));
    begun.ifPresent(one -> change(one, plan, requestId));
    repeated.ifPresent(one -> change(one, plan, requestId));
    if (has(Trait.REPEATED_ENDS) && oneIn(2)) {
      // Over, as a rule; if it was never begun, it is now.
      change(session.begin(plan.space.id(), plan.ranges, plan.event, options), plan, requestId);
    }
  }

  private static CompletableFuture<Invalidation> repeat(
      HostSession session, Plan plan, BeginOptions options) {
    try {
      return session.beginAsync(plan.space.id(), plan.ranges, plan.event, options);
    } catch (SvmException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void answered(Invalidation begun, String requestId) {
    world().tell(new Fact.BeginAnswered(world().now(), key(begun.id()), requestId));
  }

  private static Invalidation join(CompletableFuture<Invalidation> begin) {
    try {
      return begin.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof SvmException known ? known : e;
    }
  }

  private Optional<Invalidation> joinQuietly(CompletableFuture<Invalidation> begin) {
    try {
      return Optional.of(join(begin));
    } catch (SvmException | CancellationException e) {
      note("one of two begins failed: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static InvalidationKey key(InvalidationId id) {
    return new InvalidationKey(id.spaceId(), id.epoch(), id.sequence());
  }

  /** Changes pages while it is held, now and then, and ends it. */
  private void change(Invalidation begun, Plan plan, String requestId) {
    InvalidationKey id = key(begun.id());
    answered(begun, requestId);
    world().hold(id, this, begun);
    boolean isLong = oneIn(6);
    int changes = random().nextInt(CHANGES_MAX + 1);
    for (int i = 0; i < changes; i++) {
      think(isLong ? HELD_LONG_NANOS_MAX : HELD_NANOS_MAX);
      // At one instant: nothing lies between the look at the lease and the change.
      if (begun.isHeld()) {
        long pages = oneIn(3) ? plan.pages & random().nextLong() : plan.pages;
        world().change(plan.space, pages, id, ownerOf(plan));
      }
    }
    think(HELD_NANOS_MAX);
    world().letGo(id);
    end(begun);
    if (has(Trait.REPEATED_ENDS) && oneIn(2)) {
      think(HELD_NANOS_MAX);
      end(begun);
    }
  }

  private static long ownerOf(Plan plan) {
    boolean isOwnable = plan.event == Event.MIGRATE || plan.event == Event.EXCLUSIVE;
    return isOwnable ? plan.ownerSession : 0;
  }

  /** Until the coordinator answers: nobody else ends it while the session lives. */
  private void end(Invalidation begun) {
    while (!world().isStopping()) {
      try {
        var _ = begun.end();
        return;
      } catch (SvmException e) {
        note("end failed: " + e.getMessage());
        if (!isOfNetwork(e)) {
          world().tell(new Fact.EndFailed(world().now(), key(begun.id()), e.reason()));
          return;
        }
        sleep(END_AGAIN_NANOS);
      }
    }
  }

  private void proveChange(SvmClient client, HostSession session) {
    Plan plan = plan(0);
    BeginOptions options = BeginOptions.DEFAULT.withAckDeadline(ackDeadline());
    try {
      change(session.begin(plan.space.id(), plan.ranges, Event.CLEAR, options), plan, "");
    } catch (NotFoundException e) {
      makeSpacesAgain(client);
      throw e;
    }
  }
}
