package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.TimedOutException;
import io.svmcoord.client.UnavailableException;
import java.time.Duration;
import java.util.function.Supplier;

/** Opens sessions at a coordinator that may not take any just now. Stateless. */
final class Opening {
  /** How long that may be: a full disk, a restart, a coordinator that is stopped. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private Opening() {}

  /**
   * Opens one. Blocks, until it is open or there is no more patience.
   *
   * @throws UnavailableException if it could not be opened for so long, or it is time to stop
   * @throws TimedOutException the same, and the last attempt was not answered at all
   */
  static <T> T retried(StopSignal stop, Supplier<T> open) {
    long giveUpAtNanos = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return open.get();
      } catch (UnavailableException | TimedOutException e) {
        if (stop.isStopped() || System.nanoTime() - giveUpAtNanos > 0) {
          throw e;
        }
        stop.pauseNanos(PAUSE.toNanos());
      }
    }
  }
}
