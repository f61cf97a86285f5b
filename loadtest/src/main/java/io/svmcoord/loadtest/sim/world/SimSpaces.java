package io.svmcoord.loadtest.sim.world;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The address spaces as they are made and released. Confined to its simulation. */
final class SimSpaces {
  private static final long LOOK_AGAIN_NANOS = 5_000_000;

  private final int places;
  private final int pages;
  private final Map<Integer, SimSpace> current = new HashMap<>();
  private final Map<Long, SimSpace> all = new HashMap<>();

  SimSpaces(int places, int pages) {
    this.places = places;
    this.pages = pages;
  }

  /** The space of a place, once it was made. */
  Optional<SimSpace> at(int place) {
    return Optional.ofNullable(current.get(place));
  }

  /** A space was made, or found. */
  void put(int place, long id) {
    current.put(place, all.computeIfAbsent(id, key -> new SimSpace(key, pages)));
  }

  /** The space of an id, also after its release. */
  SimSpace get(long id) {
    SimSpace space = all.get(id);
    if (space == null) {
      throw new IllegalStateException("space: %d (expected: one that was made)".formatted(id));
    }
    return space;
  }

  SimSpace any(RandomGenerator random) {
    SimSpace space = current.get(random.nextInt(places));
    if (space == null) {
      throw new IllegalStateException("spaces: not made yet (expected: awaited)");
    }
    return space;
  }

  /** Blocks until all are made; false if that is not going to happen. */
  boolean await(SimClient client) {
    while (current.size() < places && !client.world().isStopping()) {
      client.sleep(LOOK_AGAIN_NANOS);
    }
    return current.size() == places;
  }
}
