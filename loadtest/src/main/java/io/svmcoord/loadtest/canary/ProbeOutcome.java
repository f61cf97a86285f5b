package io.svmcoord.loadtest.canary;

import java.util.List;

/** How one probe went. Immutable. */
sealed interface ProbeOutcome {
  /** Everything was as promised. */
  record Passed(long beginNanos) implements ProbeOutcome {}

  /**
   * Something was not as promised; at least one.
   *
   * @param violations in the order in which they were seen
   */
  record Violated(List<Violation> violations) implements ProbeOutcome {
    /** Copies the list. */
    public Violated {
      violations = List.copyOf(violations);
    }
  }

  /**
   * It could not be carried out, or says nothing: the coordinator was not in reach, is starting, or
   * the canary itself was too slow.
   *
   * @param why for people
   */
  record Unavailable(String why) implements ProbeOutcome {}

  /**
   * One promise that was not kept.
   *
   * @param promise which
   * @param what was seen, for people
   */
  record Violation(CheckedPromise promise, String what) {
    @Override
    public String toString() {
      return promise + ": " + what;
    }
  }
}
