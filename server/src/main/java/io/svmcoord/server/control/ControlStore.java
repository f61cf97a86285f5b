package io.svmcoord.server.control;

import io.svmcoord.server.kernel.Incarnation;

/**
 * Port: what a coordinator knows of itself before it takes its first call. Read once, at the start;
 * may block.
 */
public interface ControlStore {
  /** What a start begins with. Immutable. */
  record Term(Incarnation incarnation, long epoch) {}

  /** The term that begins now. */
  Term beginTerm();
}
