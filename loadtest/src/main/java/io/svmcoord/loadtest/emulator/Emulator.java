package io.svmcoord.loadtest.emulator;

/**
 * What plays a role: loops that run until they are stopped, and what was opened for them.
 *
 * <p>Thread-safe. {@link #awaitFinished}, {@link #stop} and {@link #close} block.
 */
public abstract sealed class Emulator implements AutoCloseable
    permits DeviceEmulator, GuestHost, HostEmulator, MapperEmulator {
  final StopSignal stop = new StopSignal();
  final Loops loops = new Loops(stop);
  final Closer closer = new Closer();

  Emulator() {}

  /** Whether a loop has failed; {@link #stop} tells why. */
  public final boolean hasFailed() {
    return loops.hasFailed();
  }

  /**
   * Blocks until every loop has ended: by itself after the most that its options allow, or by
   * {@link #stop}.
   *
   * @throws IllegalStateException if a loop failed
   */
  public final void awaitFinished() throws InterruptedException {
    loops.join();
  }

  /**
   * Ends the loops and waits for them; it stays connected. Repeating it is harmless.
   *
   * @throws IllegalStateException if a loop failed
   */
  public final void stop() {
    stop.stop();
    loops.joinQuietly();
    stopped();
  }

  /** All loops have ended. Repeating it is harmless. */
  abstract void stopped();

  /** Stops, and closes all that was opened, last first. Repeating it is harmless. */
  @Override
  public final void close() {
    try {
      stop();
    } finally {
      closer.close();
    }
  }
}
