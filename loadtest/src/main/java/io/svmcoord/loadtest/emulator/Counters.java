package io.svmcoord.loadtest.emulator;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters by name. Thread-safe. */
final class Counters {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  void increment(String name) {
    add(name, 1);
  }

  void add(String name, long count) {
    counts.computeIfAbsent(name, key -> new LongAdder()).add(count);
  }

  Map<String, Long> snapshot() {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((name, count) -> sums.put(name, count.sum()));
    return sums;
  }
}
