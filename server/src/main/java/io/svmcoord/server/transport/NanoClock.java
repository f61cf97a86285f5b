package io.svmcoord.server.transport;

import java.util.function.LongSupplier;

/**
 * The server's one clock: monotonic, comparable between the processes of one machine
 * (CLOCK_MONOTONIC on Linux). Thread-safe.
 */
public final class NanoClock implements LongSupplier {
  @Override
  public long getAsLong() {
    return System.nanoTime();
  }
}
