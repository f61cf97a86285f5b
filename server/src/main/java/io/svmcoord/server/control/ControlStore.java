package io.svmcoord.server.control;

import io.svmcoord.server.kernel.Memory;
import io.svmcoord.server.kernel.Past;
import java.util.Optional;

/**
 * Port: what outlives a coordinator, from its start to its end. To be used in this order: {@link
 * #beginTerm}, once, before the coordinator is made of it; {@link #start}, once; {@link #note}, as
 * the coordinator's memory, from then on; {@link #close}.
 */
public interface ControlStore extends Memory, AutoCloseable {
  /**
   * Begins a term with a higher epoch than any before, which can't be lost when this returns. May
   * block.
   *
   * @param longestLeaseNanos the longest lease, guard included, that may run if it is not known any
   *     more which do
   */
  Past beginTerm(long longestLeaseNanos);

  /** Says to whom it is told what became of the changes that {@link #note} did not take at once. */
  void start(Progress progress);

  /**
   * Why nothing can be remembered now, for people: what is noted would fail. Empty while the last
   * write succeeded. Thread-safe; doesn't block.
   */
  Optional<String> failure();

  /** What was noted before is written down, as far as it can be; nothing is afterwards. */
  @Override
  void close();

  /** Port: told what became of changes. Called on any thread; must not block. */
  interface Progress {
    /** The changes up to this number can't be lost any more. */
    void written(long number);

    /**
     * The changes up to this number may be lost, unless they were told to be written.
     *
     * @param why what went wrong, for people
     */
    void failed(long number, String why);
  }
}
