package io.svmcoord.loadtest.report;

import java.util.Map;
import java.util.TreeMap;

/** Adds counters by name. */
final class Sums {
  private Sums() {}

  static Map<String, Long> of(Map<String, Long> left, Map<String, Long> right) {
    Map<String, Long> sums = new TreeMap<>(left);
    right.forEach((name, count) -> sums.merge(name, count, Long::sum));
    return sums;
  }
}
