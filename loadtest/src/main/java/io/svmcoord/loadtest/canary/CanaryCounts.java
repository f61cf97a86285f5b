package io.svmcoord.loadtest.canary;

import io.svmcoord.loadtest.report.Latencies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What the report is made of. Confined to the canary's thread. */
final class CanaryCounts {
  /** Violations that are described; later ones are only counted. */
  static final int EXAMPLES_MAX = 8;

  private static final double NANOS_PER_MILLI = 1e6;

  private final Histogram begins = Latencies.create();
  private final Map<CheckedPromise, Long> violations = new EnumMap<>(CheckedPromise.class);
  private final List<String> examples = new ArrayList<>();
  private long ok;
  private long violated;
  private long unavailable;
  private String lastUnavailable = "";

  CanaryCounts() {
    for (CheckedPromise promise : CheckedPromise.values()) {
      violations.put(promise, 0L);
    }
  }

  void count(ProbeOutcome outcome) {
    switch (outcome) {
      case ProbeOutcome.Passed(long beginNanos) -> {
        ok++;
        Latencies.record(begins, beginNanos);
      }
      case ProbeOutcome.Violated(var seen) -> {
        violated++;
        for (ProbeOutcome.Violation one : seen) {
          violations.merge(one.promise(), 1L, Long::sum);
          if (examples.size() < EXAMPLES_MAX) {
            examples.add(one.toString());
          }
        }
      }
      case ProbeOutcome.Unavailable(String why) -> {
        unavailable++;
        lastUnavailable = why;
      }
    }
  }

  long probes() {
    return ok + violated + unavailable;
  }

  CanaryReport report(Duration bound, Duration lasted) {
    Map<String, Long> byPromise = new TreeMap<>();
    violations.forEach((promise, count) -> byPromise.put(promise.label(), count));
    return new CanaryReport(
        probes(),
        ok,
        violated,
        unavailable,
        byPromise,
        begins.getValueAtPercentile(50) / NANOS_PER_MILLI,
        begins.getValueAtPercentile(99) / NANOS_PER_MILLI,
        begins.getMaxValue() / NANOS_PER_MILLI,
        bound.toMillis(),
        lasted.toMillis() / 1e3,
        examples,
        lastUnavailable);
  }
}
