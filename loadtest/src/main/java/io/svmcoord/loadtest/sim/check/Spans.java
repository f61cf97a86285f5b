package io.svmcoord.loadtest.sim.check;

import java.util.ArrayList;
import java.util.List;

/** Spans of simulated time, which may overlap; some are still open. Confined to its owner. */
final class Spans {
  private record Span(long from, long to) {}

  private final List<Span> spans = new ArrayList<>();
  private long openSince = Long.MAX_VALUE;
  private int open;

  void add(long from, long to) {
    spans.add(new Span(from, to));
  }

  /** One more reason; the span is open until all have ended. */
  void began(long timeNanos) {
    if (open++ == 0) {
      openSince = timeNanos;
    }
  }

  void ended(long timeNanos) {
    if (open > 0 && --open == 0) {
      add(openSince, timeNanos);
      openSince = Long.MAX_VALUE;
    }
  }

  /** Everything of another one as well. */
  void addAll(Spans other) {
    spans.addAll(other.spans);
    if (other.open > 0) {
      add(other.openSince, Long.MAX_VALUE);
    }
  }

  boolean overlaps(long from, long to) {
    if (open > 0 && openSince <= to) {
      return true;
    }
    for (Span span : spans) {
      if (span.from <= to && span.to >= from) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where the first stretch begins within {@code from} to {@code to} that is longer than {@code
   * slack} and not covered; {@code to} if there is none.
   */
  long firstGap(long from, long to, long slack) {
    long at = from;
    while (to - at > slack) {
      long next = furthest(at, slack);
      if (next == at) {
        return at;
      }
      at = next;
    }
    return to;
  }

  private long furthest(long at, long slack) {
    long furthest = open > 0 && openSince <= at + slack ? Long.MAX_VALUE : at;
    for (Span span : spans) {
      if (span.from <= at + slack && span.to > furthest) {
        furthest = span.to;
      }
    }
    return furthest;
  }

  /** The earliest time from which on everything up to {@code to} is covered but for slack. */
  long coveredSince(long to, long slack) {
    long since = open > 0 ? Math.min(to, openSince) : to;
    boolean isMoved = true;
    while (isMoved) {
      isMoved = false;
      for (Span span : spans) {
        if (span.from < since && span.to >= since - slack) {
          since = span.from;
          isMoved = true;
        }
      }
    }
    return since;
  }
}
