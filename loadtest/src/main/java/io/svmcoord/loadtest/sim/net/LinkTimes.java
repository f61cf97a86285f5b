package io.svmcoord.loadtest.sim.net;

import java.util.random.RandomGenerator;

/**
 * How long messages take, one way. Immutable.
 *
 * @param nanosMin the shortest
 * @param nanosSpread by how much the usual ones differ
 * @param slowOneIn one message of so many is slow; 0 for none
 * @param slowNanosMax by how much a slow one is late at most
 */
public record LinkTimes(long nanosMin, long nanosSpread, int slowOneIn, long slowNanosMax) {
  /** A network in one hall, with a hiccup now and then. */
  public static final LinkTimes DEFAULT = new LinkTimes(20_000, 200_000, 100, 10_000_000);

  long draw(RandomGenerator random) {
    long usual = nanosMin + random.nextLong(nanosSpread + 1);
    boolean isSlow = slowOneIn > 0 && random.nextInt(slowOneIn) == 0;
    return isSlow ? usual + random.nextLong(slowNanosMax + 1) : usual;
  }
}
