package io.svmcoord.loadtest.emulator;

import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.RoleReport.HostReady;

/**
 * A host with real pages: it owns the memory, serves faults, and changes pages the ways a kernel
 * does, each change inside an invalidation. Thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class HostEmulator implements AutoCloseable {
  private HostEmulator() {}

  /** Makes memory and address space, opens the session and starts the change loops. Blocks. */
  public static HostEmulator start(HostEmulatorOptions options) {
    throw new UnsupportedOperationException(options.name());
  }

  /** Where devices and mappers find everything. */
  public HostReady ready() {
    throw new UnsupportedOperationException();
  }

  /** Blocks until the change loops have ended by themselves (changesMax) or by {@link #stop}. */
  public void awaitFinished() throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends the change loops and waits for them; faults are still served. Repeating it is harmless.
   */
  public void stop() {
    throw new UnsupportedOperationException();
  }

  /** Counters since the start. */
  public HostStats stats() {
    throw new UnsupportedOperationException();
  }

  /** Stops, releases the address spaces, closes the session, unmaps and deletes the memory. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
