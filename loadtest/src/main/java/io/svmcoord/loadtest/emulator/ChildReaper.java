package io.svmcoord.loadtest.emulator;

import java.time.Duration;
import java.util.Optional;

/** Releases forked children when their life is over. Confined to its thread. */
final class ChildReaper implements Runnable {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);
  private static final Duration AFTER_FAILURE = Duration.ofMillis(200);

  private final HostSpaces spaces;
  private final StopSignal stop;

  ChildReaper(HostSpaces spaces, StopSignal stop) {
    this.spaces = spaces;
    this.stop = stop;
  }

  @Override
  public void run() {
    while (!stop.isStopped()) {
      Optional<EmulatedSpace> next = spaces.nextToRelease();
      long leftNanos =
          next.map(space -> space.releaseAtNanos() - System.nanoTime())
              .orElse(LOOK_INTERVAL.toNanos());
      if (leftNanos > 0) {
        stop.pauseNanos(Math.min(leftNanos, LOOK_INTERVAL.toNanos()));
      } else if (!next.map(spaces::release).orElse(true)) {
        stop.pauseNanos(AFTER_FAILURE.toNanos());
      }
    }
  }
}
