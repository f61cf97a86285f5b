package io.svmcoord.loadtest.chaos;

import java.util.ArrayList;
import java.util.List;

/**
 * When begins could not get through, whatever the devices did: the host or the coordinator, or the
 * link between them, was in trouble. Times are monotonic. Confined to one thread.
 */
final class Outages {
  private record Window(long startNanos, long endNanos) {}

  private final List<Window> windows = new ArrayList<>();

  void add(long startNanos, long endNanos) {
    windows.add(new Window(startNanos, endNanos));
  }

  /** How much of a time was outage; what several were in trouble for counts once. */
  long withinNanos(long startNanos, long endNanos) {
    List<Window> sorted =
        windows.stream()
            .sorted((a, b) -> Long.compare(a.startNanos - startNanos, b.startNanos - startNanos))
            .toList();
    long sum = 0;
    long from = startNanos;
    for (Window window : sorted) {
      long first = window.startNanos - from > 0 ? window.startNanos : from;
      long last = window.endNanos - endNanos < 0 ? window.endNanos : endNanos;
      if (last - first > 0) {
        sum += last - first;
        from = last;
      }
    }
    return sum;
  }
}
