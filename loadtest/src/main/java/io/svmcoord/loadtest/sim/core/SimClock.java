package io.svmcoord.loadtest.sim.core;

/**
 * The clocks of one simulated machine: a monotonic one that began anywhere and runs a little fast
 * or slow, and a wall clock that jumps. They outlive the machine's processes. Confined to its
 * simulation.
 */
public final class SimClock {
  /** Largest error of a rate, in parts per million. */
  public static final int RATE_PPM_MAX = 100_000;

  private static final long MILLION = 1_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Simulation simulation;
  private final int ratePpm;
  private final long startNanos;
  private long stoodStillNanos;

  /**
   * How many sleeps of the machine are not over; the time since the first of them does not count.
   */
  private int sleeps;

  private long asleepSinceNanos;
  private long wallStartMillis;

  /**
   * A clock.
   *
   * @param startNanos what the monotonic clock shows when the simulation begins; may be about to
   *     wrap
   * @param ratePpm by how much both clocks are fast, in parts per million; negative: slow
   * @param wallStartMillis what the wall clock shows when the simulation begins, since 1970
   */
  public SimClock(Simulation simulation, long startNanos, int ratePpm, long wallStartMillis) {
    if (Math.abs((long) ratePpm) > RATE_PPM_MAX) {
      throw new IllegalArgumentException(
          "ratePpm: %d (expected: -%d to %d)".formatted(ratePpm, RATE_PPM_MAX, RATE_PPM_MAX));
    }
    this.simulation = simulation;
    this.startNanos = startNanos;
    this.ratePpm = ratePpm;
    this.wallStartMillis = wallStartMillis;
  }

  /** Monotonic time; compare by difference. */
  public long nanos() {
    return startNanos + (sleeps > 0 ? asleepSinceNanos : runNanos()) - stoodStillNanos;
  }

  /** Wall clock time since 1970. */
  public long wallMillis() {
    return wallStartMillis + runNanos() / NANOS_PER_MILLI;
  }

  /** Sets the wall clock forward, or back. */
  public void jumpWall(long millis) {
    wallStartMillis += millis;
  }

  /** The machine falls asleep: its monotonic clock stands still, its wall clock does not. */
  void stop() {
    if (sleeps++ == 0) {
      asleepSinceNanos = runNanos();
    }
  }

  /** The machine is awake again, if it does not sleep for another reason. */
  void goOn() {
    if (--sleeps == 0) {
      stoodStillNanos += runNanos() - asleepSinceNanos;
    }
  }

  /** How long this clock's time takes in the simulation's, rounded up. */
  long toSimulation(long localNanos) {
    long local = Math.max(0, localNanos);
    long pace = MILLION + ratePpm;
    long rest = (local % pace * MILLION + pace - 1) / pace;
    try {
      return Math.addExact(Math.multiplyExact(local / pace, MILLION), rest);
    } catch (ArithmeticException ignored) {
      return Long.MAX_VALUE; // Centuries: never.
    }
  }

  /** How much of this clock's time passes in so much of the simulation's. */
  long fromSimulation(long simulatedNanos) {
    return simulatedNanos
        + simulatedNanos / MILLION * ratePpm
        + simulatedNanos % MILLION * ratePpm / MILLION;
  }

  private long runNanos() {
    return fromSimulation(simulation.nowNanos());
  }
}
