package io.svmcoord.loadtest.report;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The first of the things that may be wrong with a run and are. Confined to one thread. */
public final class FirstFault {
  private @Nullable String fault;

  /** Something that there may be none of. */
  public FirstFault none(String name, long count) {
    return unless(count == 0, () -> name + ": " + count + " (expected: 0)");
  }

  /** Anything else, in words. */
  public FirstFault unless(boolean isRight, Supplier<String> words) {
    if (fault == null && !isRight) {
      fault = words.get();
    }
    return this;
  }

  /** What it is; empty when all is well. */
  public Optional<String> words() {
    return Optional.ofNullable(fault);
  }
}
