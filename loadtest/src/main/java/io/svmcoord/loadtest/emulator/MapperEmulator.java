package io.svmcoord.loadtest.emulator;

import io.svmcoord.loadtest.report.MapperStats;

/**
 * Mappers that collect page lists of a host and have each list that the coordinator calls valid
 * judged. Thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class MapperEmulator implements AutoCloseable {
  private MapperEmulator() {}

  /** Opens the memory, connects and starts to read. Blocks until everything is connected. */
  public static MapperEmulator start(MapperEmulatorOptions options) {
    throw new UnsupportedOperationException(options.name());
  }

  /** Blocks until every reader has ended by itself or by {@link #stop}. */
  public void awaitFinished() throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Ends the readers and waits for them. Repeating it is harmless. */
  public void stop() {
    throw new UnsupportedOperationException();
  }

  /** Counters since the start. */
  public MapperStats stats() {
    throw new UnsupportedOperationException();
  }

  /** Stops, leaves the coordinator and unmaps the memory. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
