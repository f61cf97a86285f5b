package io.svmcoord.loadtest.sim.core;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A run that is worth nothing: code of a process threw what nobody caught, or it never ends. */
public final class SimulationFailedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  SimulationFailedException(long seed, long nowNanos, String what, @Nullable Throwable cause) {
    super("seed %d, %d ns: %s".formatted(seed, nowNanos, what), cause);
  }
}
