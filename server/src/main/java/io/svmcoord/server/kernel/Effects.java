package io.svmcoord.server.kernel;

import java.util.ArrayDeque;

/**
 * Outputs that wait for the end of the input that caused them.
 *
 * <p>Between {@link #enter} and {@link #leave} the state is being changed and nobody outside is
 * called; the outermost {@code leave} then runs the effects in order. An effect may start another
 * input: it finds a consistent state, and its effects go to the end. The idea is grpc-java's {@code
 * SynchronizationContext}. Bound: a constant number of effects per input and per invalidation that
 * it touches.
 *
 * <p>A change that throws is a mistake of ours, and what it leaves behind can't be trusted: it
 * never leaves, its effects are not run, and everything after it is refused. A coordinator that
 * says nothing makes begins hang and devices fence themselves; one that guesses makes a stale page
 * (G1).
 *
 * <p>Confined to the coordinator's thread.
 */
final class Effects {
  /** One output. */
  @FunctionalInterface
  interface Effect {
    void run();
  }

  private final ArrayDeque<Effect> waiting = new ArrayDeque<>();
  private final KernelObserver observer;
  private boolean isChanging;
  private boolean isDraining;

  Effects(KernelObserver observer) {
    this.observer = observer;
  }

  /** Starts a change; to be followed by {@link #leave} unless it throws. */
  void enter() {
    requireSound();
    isChanging = true;
  }

  /** Refuses what is asked in the middle of a change, or after one that threw. */
  void requireSound() {
    if (isChanging) {
      throw new IllegalStateException(
          "input: called in the middle of a change (expected: not from the observer or key source,"
              + " and not after a change that failed)");
    }
  }

  /** Refuses what may not be asked by an effect. */
  void requireOutermost() {
    if (isDraining) {
      throw new IllegalStateException(
          "input: called by an outlet or callback (expected: not while they are being told)");
    }
  }

  /** Whether a change is under way: between inputs, whether one failed. */
  boolean isChanging() {
    return isChanging;
  }

  /** The change is complete: runs what waits, unless an outer call does. */
  void leave() {
    isChanging = false;
    if (isDraining) {
      return;
    }
    isDraining = true;
    try {
      for (Effect effect = waiting.poll(); effect != null; effect = waiting.poll()) {
        run(effect);
      }
    } finally {
      isDraining = false;
    }
  }

  /** Adds an output. */
  void add(Effect effect) {
    waiting.add(effect);
  }

  /** A callback threw: that is told, and the others still get theirs. */
  void failed(RuntimeException failure) {
    observer.callbackFailed(failure);
  }

  private void run(Effect effect) {
    try {
      effect.run();
    } catch (RuntimeException failure) {
      failed(failure);
    }
  }
}
