package io.svmcoord.range;

import java.util.Random;

/** Seeded random ranges in the mixtures that trees and maps find hard. */
final class RandomRanges {
  private static final long PAGE = 4096;

  /** Places where unsigned arithmetic goes wrong first: 0, the sign bit, 2^64 - 1. */
  private static final long[] EDGES = {0, Long.MIN_VALUE, -1L};

  /** How the ranges of one run lie to each other. */
  enum Mix {
    UNIFORM,
    NESTED,
    ALL_OVERLAPPING,
    PAGE_ADJACENT,
    EDGES,
    MIXED
  }

  private static final Mix[] SHAPES = {
    Mix.UNIFORM, Mix.NESTED, Mix.ALL_OVERLAPPING, Mix.PAGE_ADJACENT, Mix.EDGES
  };

  private final Random random;
  private final Mix mix;
  private long first;
  private long last;

  RandomRanges(Random random, Mix mix) {
    this.random = random;
    this.mix = mix;
  }

  AddressRange next() {
    draw(mix == Mix.MIXED ? SHAPES[random.nextInt(SHAPES.length)] : mix);
    return Long.compareUnsigned(first, last) <= 0
        ? new AddressRange(first, last)
        : new AddressRange(last, first);
  }

  private void draw(Mix shape) {
    switch (shape) {
      case UNIFORM -> set(random.nextLong(), random.nextLong());
      case NESTED -> {
        long depth = random.nextInt(64);
        set(depth * PAGE, -1L - depth * PAGE);
      }
      case ALL_OVERLAPPING ->
          set(
              Long.MIN_VALUE - 1 - random.nextInt(64) * PAGE,
              Long.MIN_VALUE + random.nextInt(64) * PAGE);
      case PAGE_ADJACENT -> {
        // Few pages, on both sides of the sign bit, so that neighbours and equals are common.
        long start = Long.MIN_VALUE - 32 * PAGE + random.nextInt(64) * PAGE;
        set(start, start + (1 + random.nextInt(3)) * PAGE - 1);
      }
      case EDGES -> set(nearEdge(), nearEdge());
      case MIXED -> throw new AssertionError("drawn above");
    }
  }

  private long nearEdge() {
    return EDGES[random.nextInt(EDGES.length)] + random.nextInt(9) - 4;
  }

  private void set(long first, long last) {
    this.first = first;
    this.last = last;
  }
}
