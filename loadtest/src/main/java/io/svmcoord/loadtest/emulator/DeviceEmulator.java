package io.svmcoord.loadtest.emulator;

import io.svmcoord.loadtest.report.DeviceStats;

/**
 * Devices that mirror a host's pages, fault them in, read and write them, and have every read
 * judged. Thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class DeviceEmulator implements AutoCloseable {
  private DeviceEmulator() {}

  /** Opens the memory, connects and starts to read. Blocks until everything is connected. */
  public static DeviceEmulator start(DeviceEmulatorOptions options) {
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
  public DeviceStats stats() {
    throw new UnsupportedOperationException();
  }

  /** Stops, leaves the coordinator and unmaps the memory. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
