package io.svmcoord.loadtest.sim.world;

import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.check.InvalidationKey;
import io.svmcoord.loadtest.sim.check.PageMask;
import io.svmcoord.server.kernel.EndCause;
import io.svmcoord.server.kernel.Invalidation;
import io.svmcoord.server.kernel.InvalidationEvent;
import io.svmcoord.server.kernel.InvalidationId;
import io.svmcoord.server.kernel.KernelObserver;
import io.svmcoord.server.kernel.SessionId;
import io.svmcoord.server.kernel.SessionRole;

/** What the coordinator's kernel says happens, as facts. Confined to its simulation. */
final class KernelTap implements KernelObserver {
  private final World world;

  KernelTap(World world) {
    this.world = world;
  }

  private static InvalidationKey key(InvalidationId id) {
    return new InvalidationKey(id.spaceId(), id.epoch(), id.sequence());
  }

  @Override
  public void begun(Invalidation invalidation, SessionId host, SessionId owner, int width) {
    InvalidationEvent event = invalidation.event();
    world.tell(
        new Fact.Begun(
            world.now(),
            key(invalidation.id()),
            PageMask.of(invalidation.ranges()),
            invalidation.isNonBlockable(),
            event == InvalidationEvent.RELEASE,
            host.value(),
            event.isOwnable() ? owner.value() : 0));
  }

  @Override
  public void completed(
      Invalidation invalidation, BeginOutcome outcome, int width, long latencyNanos) {
    world.tell(
        new Fact.Completed(
            world.now(), key(invalidation.id()), Fact.Outcome.valueOf(outcome.name())));
  }

  @Override
  public void ended(Invalidation invalidation, boolean isForced, long endSequence) {
    InvalidationKey id = key(invalidation.id());
    world.tell(new Fact.Ended(world.now(), id, isForced, endSequence));
    if (isForced && world.isHeldByItsHost(id)) {
      world.tell(new Fact.HeldAfterForcedEnd(world.now(), id));
    }
  }

  @Override
  public void acked(SessionId session, InvalidationId id, long latencyNanos) {
    world.tell(new Fact.AckCounted(world.now(), session.value(), key(id)));
  }

  @Override
  public void sessionOpened(SessionId session, SessionRole role) {
    world.tell(new Fact.SessionOpened(world.now(), session.value(), role == SessionRole.HOST));
  }

  @Override
  public void sessionEvicted(SessionId session, SessionRole role, EndCause cause) {
    boolean isSilent = cause == EndCause.ACK_DEADLINE_MISSED;
    world.tell(new Fact.SessionEvicted(world.now(), session.value(), isSilent));
  }

  @Override
  public void leaseExpired(SessionId session, SessionRole role) {
    world.tell(
        new Fact.LeaseOver(world.now(), session.value(), world.leaseLeftNanos(session.value())));
  }

  @Override
  public void sessionOver(SessionId session, SessionRole role, EndCause cause) {
    world.tell(new Fact.SessionOver(world.now(), session.value()));
  }

  @Override
  public void callbackFailed(RuntimeException failure) {
    world.simulation().fail(failure);
  }
}
