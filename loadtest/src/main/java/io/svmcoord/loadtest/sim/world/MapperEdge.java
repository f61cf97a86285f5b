package io.svmcoord.loadtest.sim.world;

import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadBeginResponse;
import io.svmcoord.v1.ReadRetryRequest;
import io.svmcoord.v1.ReadRetryResponse;
import io.svmcoord.v1.Token;

/** One call of a mapper at the coordinator's edge. Confined to its simulation. */
final class MapperEdge implements EdgeTap.Edge {
  private final World world;
  private long receivedNanos;
  private Token token = Token.getDefaultInstance();
  private long pages;

  /** Of a read_begin that is not over; 0 otherwise. */
  private long waitingSpace;

  MapperEdge(World world) {
    this.world = world;
  }

  @Override
  public void received(Object message) {
    receivedNanos = world.now();
    switch (message) {
      case ReadBeginRequest begin -> {
        pages = EdgeTap.pages(begin.getRangesList());
        waitingSpace = begin.getSpaceId();
      }
      case ReadRetryRequest retry -> {
        pages = EdgeTap.pages(retry.getRangesList());
        token = retry.getToken();
      }
      default -> throw unexpected(message);
    }
  }

  @Override
  public void sent(Object message) {
    switch (message) {
      case ReadBeginResponse begin -> {
        Token given = begin.getToken();
        waitingSpace = 0;
        world.tell(
            new Fact.TokenGiven(
                world.now(),
                receivedNanos,
                given.getSpaceId(),
                EdgeTap.incarnation(given.getIncarnation()),
                given.getEpoch(),
                given.getSequence(),
                pages));
      }
      case ReadRetryResponse retry ->
          world.tell(
              new Fact.TokenChecked(
                  world.now(),
                  receivedNanos,
                  token.getSpaceId(),
                  EdgeTap.incarnation(token.getIncarnation()),
                  token.getEpoch(),
                  token.getSequence(),
                  pages,
                  result(retry)));
      default -> throw unexpected(message);
    }
  }

  private static Fact.Retry result(ReadRetryResponse response) {
    if (!response.getRetry()) {
      return Fact.Retry.VALID;
    }
    return switch (response.getCause()) {
      case CAUSE_INVALIDATED -> Fact.Retry.INVALIDATED;
      case CAUSE_STALE_EPOCH -> Fact.Retry.STALE_EPOCH;
      case CAUSE_NEW_INCARNATION -> Fact.Retry.NEW_INCARNATION;
      case CAUSE_SPACE_GONE -> Fact.Retry.SPACE_GONE;
      case CAUSE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("cause: " + response.getCause());
    };
  }

  private static IllegalStateException unexpected(Object message) {
    return new IllegalStateException(
        "message: %s (expected: one of MirrorService)".formatted(message.getClass()));
  }

  @Override
  public void over() {
    if (waitingSpace != 0) {
      world.tell(new Fact.TokenNotGiven(world.now(), receivedNanos, waitingSpace, pages));
      waitingSpace = 0;
    }
  }
}
