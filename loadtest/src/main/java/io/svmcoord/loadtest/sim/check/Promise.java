package io.svmcoord.loadtest.sim.check;

/** The promises of {@code docs/guarantees.md} that the checkers judge. */
public enum Promise {
  /** Safety. */
  G1,
  /** Bounded. */
  G2,
  /** No false waits, no false retries. */
  G3,
  /** Self-fencing. */
  G4,
  /** Epochs. */
  G5,
  /** Acks. */
  G6,
  /** Stream. */
  G7,
  /** Retries are safe. */
  G8,
  /** No orphans. */
  G9,
  /** Slow consumers. */
  G11
}
