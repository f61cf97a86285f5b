package io.svmcoord.loadtest.bench.index;

/** Order of addresses. */
final class Unsigned {
  private Unsigned() {}

  static long max(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  static long min(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0 ? a : b;
  }
}
