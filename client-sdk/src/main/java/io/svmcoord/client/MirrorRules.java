package io.svmcoord.client;

import io.svmcoord.range.AddressRanges;

/**
 * The four steps that make a mirror sound, each apart from the rest so that a test can replace one
 * and show which race then happens. The only implementation of the product is {@link #CORRECT}.
 * Called under the mirror's lock, but for {@link #tearDownThenAck}. Immutable.
 */
class MirrorRules {
  static final MirrorRules CORRECT = new MirrorRules();

  /**
   * Marks the ranges as changed, unconditionally and in the critical section of the teardown: also
   * when nothing is mapped there (race R2), and not after it (race R4).
   */
  void raiseProcessed(MirrorState state, AddressRanges ranges) {
    state.raise(ranges);
  }

  /** Whether read_begin has to wait: a running invalidation overlaps the ranges (race R1). */
  boolean waitsForEnd(MirrorState state, AddressRanges ranges) {
    return state.isRunning(ranges);
  }

  /** Whether to start over; called under the lock under which the pages are installed (race R3). */
  RetryResult readRetry(MirrorState state, LocalToken token, AddressRanges ranges) {
    return state.check(token, ranges);
  }

  /** The ack says "I have stopped using it": only after the teardown returned (promise G1). */
  void tearDownThenAck(Runnable tearDown, Runnable ack) {
    tearDown.run();
    ack.run();
  }
}
