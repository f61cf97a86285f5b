package io.svmcoord.loadtest.sim.world;

import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.check.InvalidationKey;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.EndInvalidationResponse;
import org.jspecify.annotations.Nullable;

/** One end by a call of its own at the coordinator's edge. Confined to its simulation. */
final class EndEdge implements EdgeTap.Edge {
  private final World world;
  private @Nullable InvalidationKey id;

  EndEdge(World world) {
    this.world = world;
  }

  @Override
  public void received(Object message) {
    InvalidationKey asked = EdgeTap.key(((EndInvalidationRequest) message).getId());
    id = asked;
    world.tell(new Fact.EndReceived(world.now(), asked));
  }

  @Override
  public void sent(Object message) {
    if (id != null) {
      boolean isForceEnded = ((EndInvalidationResponse) message).getForceEnded();
      world.tell(new Fact.EndAnswered(world.now(), id, isForceEnded));
    }
  }

  @Override
  public void over() {}
}
