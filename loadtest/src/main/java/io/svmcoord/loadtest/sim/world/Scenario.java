package io.svmcoord.loadtest.sim.world;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What a seed makes of the world: how many there are, what they do, and what goes wrong. Half of
 * the seeds are small, with a trait or two, since bugs are found and understood most easily there.
 * Times in nanoseconds. Immutable.
 *
 * @param spaces address spaces
 * @param pages pages of each that are used
 * @param hosts host processes
 * @param workers threads of each that change pages
 * @param devices device processes
 * @param passengers further devices of each, on the same client of the SDK: they share a gateway; 0
 *     where each device has a stream of its own
 * @param mirrors mirrors of each device
 * @param readers threads of each device
 * @param mappers mapper processes
 * @param loops event loops of the coordinator
 * @param ttlNanos lease of all sessions
 * @param ackDeadlineNanosMax longest ack deadline of a begin
 * @param busyNanos how long clients do what they like, and faults happen
 * @param traits what they do, and what goes wrong
 */
record Scenario(
    int spaces,
    int pages,
    int hosts,
    int workers,
    int devices,
    int passengers,
    int mirrors,
    int readers,
    int mappers,
    int loops,
    long ttlNanos,
    long ackDeadlineNanosMax,
    long busyNanos,
    Set<Trait> traits) {
  /** Further devices of a process with a gateway. */
  private static final int PASSENGERS = 2;

  private static final long MILLI = 1_000_000;

  /** Something that may be part of a world. */
  enum Trait {
    // What hosts do.
    NON_BLOCKABLE,
    OWNERS,
    CANCELS,
    SHORT_TIMEOUTS,
    REQUEST_IDS,
    REPEATED_ENDS,
    SPACE_RELEASE,
    // What devices do.
    TWO_PHASES,
    PARALLEL_HANDLERS,
    SLOW_HANDLERS,
    STUCK_HANDLERS,
    FAILING_HANDLERS,
    UPDATES,
    REOPENED_MIRRORS,
    WHOLE_SPACE,
    MEDDLER,
    // What goes wrong.
    CUTS,
    HALF_OPEN,
    STALLS,
    SLOW_STREAMS,
    OUTAGES,
    PAUSES,
    SLEEPS,
    CRASHES,
    COORDINATOR_PAUSES,
    COORDINATOR_CRASHES,
    WALL_JUMPS,
    CLOCK_ERRORS
  }

  /** Copies the traits, whose order is kept. */
  Scenario {
    traits = Collections.unmodifiableSet(new LinkedHashSet<>(traits));
  }

  /** Draws one; what is drawn for a seed is the same with and without gateways. */
  static Scenario draw(RandomGenerator random, boolean hasGateways) {
    boolean isSmall = random.nextBoolean();
    int traitPercent = isSmall ? 8 : 35;
    Set<Trait> traits = EnumSet.noneOf(Trait.class);
    for (Trait trait : Trait.values()) {
      if (random.nextInt(100) < traitPercent) {
        traits.add(trait);
      }
    }
    return new Scenario(
        isSmall ? 1 : random.nextInt(1, 3),
        random.nextInt(2, isSmall ? 5 : 17),
        isSmall ? 1 : random.nextInt(1, 3),
        random.nextInt(1, 4),
        isSmall ? random.nextInt(1, 3) : random.nextInt(1, 4),
        hasGateways ? PASSENGERS : 0,
        isSmall ? 1 : random.nextInt(1, 4),
        random.nextInt(1, 3),
        isSmall ? random.nextInt(2) : random.nextInt(3),
        random.nextInt(1, 3),
        random.nextLong(500, 1_200) * MILLI,
        random.nextLong(50, 600) * MILLI,
        random.nextLong(400, isSmall ? 1_500 : 2_500) * MILLI,
        traits);
  }

  boolean hasGateways() {
    return passengers > 0;
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }
}
