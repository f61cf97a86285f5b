package io.svmcoord.loadtest.sim.check;

import org.jspecify.annotations.Nullable;

/** An invalidation as the ledger knows it. Changed by the ledger alone. */
final class KnownInvalidation {
  final Fact.Begun begun;

  /** How long the coordinator had stood still before. */
  final long pausedBeforeNanos;

  /** Null while it is pending. */
  Fact.@Nullable Completed completed;

  /** Null while it runs. */
  Fact.@Nullable Ended ended;

  /** When it stopped running, whatever stopped it; {@link Long#MAX_VALUE} while it runs. */
  long overNanos = Long.MAX_VALUE;

  /** It went with its coordinator or its space, and not by an end. */
  boolean isForgotten;

  boolean isEndAsked;
  String requestId = "";

  KnownInvalidation(Fact.Begun begun, long pausedBeforeNanos) {
    this.begun = begun;
    this.pausedBeforeNanos = pausedBeforeNanos;
  }

  InvalidationKey id() {
    return begun.id();
  }

  boolean isRunning() {
    return overNanos == Long.MAX_VALUE;
  }

  boolean isPending() {
    return isRunning() && completed == null;
  }

  /** Whether its host was told OK, so that it may have changed pages. */
  boolean isHeld() {
    return completed != null && completed.outcome() == Fact.Outcome.OK;
  }

  boolean isForced() {
    return ended != null && ended.isForced();
  }

  boolean overlaps(long pages) {
    return (begun.pages() & pages) != 0;
  }

  /** The highest sequence with which it invalidated its pages. */
  long lastSequence() {
    return ended == null ? id().sequence() : Math.max(id().sequence(), ended.endSequence());
  }

  @Override
  public String toString() {
    return id() + " over pages " + PageMask.text(begun.pages());
  }
}
