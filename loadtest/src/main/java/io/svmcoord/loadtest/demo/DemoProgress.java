package io.svmcoord.loadtest.demo;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What people see while a demonstration runs: one line that renews itself on a terminal, a line now
 * and then otherwise. Thread-safe.
 */
final class DemoProgress {
  private static final Duration TERMINAL_TICK = Duration.ofMillis(500);
  private static final Duration PLAIN_TICK = Duration.ofSeconds(5);
  private static final String RENEW_LINE = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean isTerminal;
  private boolean isLineOpen;

  DemoProgress(PrintWriter err, boolean isTerminal) {
    this.err = err;
    this.isTerminal = isTerminal;
  }

  /** Time between two lines. */
  Duration tick() {
    return isTerminal ? TERMINAL_TICK : PLAIN_TICK;
  }

  /** Tells who plays what, so that a person can look at it, or kill it. */
  synchronized void places(List<RolePlace> places) {
    TextTable table = TextTable.of("ROLE", "PID", "WHERE");
    places.forEach(place -> table.row(place.role(), place.pid(), place.at()));
    err.print(table.render());
    err.flush();
  }

  /** Something that people should know at once. */
  synchronized void news(String what) {
    endLine();
    err.println(what);
    err.flush();
  }

  /** How far it is. */
  synchronized void status(Duration elapsed, DemoCounts counts) {
    String line =
        String.format(
            Locale.ROOT,
            "%3d s  %s invalidations, at most %d at once  %s page reads checked, %d stale  %s"
                + " faults",
            elapsed.toSeconds(),
            Numbers.grouped(counts.host().invalidations()),
            counts.host().concurrentBeginsMax(),
            Numbers.grouped(counts.readsChecked()),
            counts.stalePages(),
            Numbers.grouped(counts.devices().faults()));
    if (isTerminal) {
      err.print(RENEW_LINE + line);
      isLineOpen = true;
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** No more status lines. */
  synchronized void end() {
    endLine();
    err.flush();
  }

  private void endLine() {
    if (isLineOpen) {
      err.println();
      isLineOpen = false;
    }
  }
}
