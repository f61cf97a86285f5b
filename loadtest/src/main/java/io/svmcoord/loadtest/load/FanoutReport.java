package io.svmcoord.loadtest.load;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a fan-out run found. Times are from a begin to its answer, when all devices had acked.
 * Immutable.
 *
 * @param devices sessions that each begin had to reach
 * @param connections TCP connections that they shared
 * @param outstanding begins that ran at once
 * @param durationS seconds that were counted
 * @param warmupS seconds before, that were not
 * @param ops begins that were answered in the time counted
 * @param opsPerS the same, for each second
 * @param acksPerS acks for each second
 * @param p50Us median, microseconds
 * @param p99Us 99th percentile, microseconds
 * @param p999Us 99.9th percentile, microseconds
 * @param maxUs slowest, microseconds
 * @param meanUs mean, microseconds
 * @param incomplete begins, over the whole run, that not every device acked; 0 when all is well
 * @param coordinatorCpuS processor seconds of the coordinator in the time counted; null when it is
 *     not a process of this run
 * @param target address of the coordinator
 * @param transport Netty transport of the coordinator
 * @param eventLoops event loops of the coordinator
 * @param coordinatorVersion version of the coordinator
 * @param jdk Java version of the load
 * @param cpus processors of the machine
 */
public record FanoutReport(
    int devices,
    int connections,
    int outstanding,
    double durationS,
    double warmupS,
    long ops,
    double opsPerS,
    double acksPerS,
    double p50Us,
    double p99Us,
    double p999Us,
    double maxUs,
    double meanUs,
    long incomplete,
    @Nullable Double coordinatorCpuS,
    String target,
    String transport,
    int eventLoops,
    String coordinatorVersion,
    String jdk,
    int cpus) {

  /** The same for people. */
  public String table() {
    String load =
        String.format(
            Locale.ROOT,
            "acked fan-out: %s devices over %s connections, %d outstanding, %.1f s after %.1f s of"
                + " warm-up%n"
                + "coordinator %s at %s, transport %s, event loops %d%n%n",
            Numbers.grouped(devices),
            Numbers.grouped(connections),
            outstanding,
            durationS,
            warmupS,
            coordinatorVersion,
            target,
            transport,
            eventLoops);
    TextTable table =
        TextTable.of("", "")
            .row("operations", Numbers.grouped(ops))
            .row("operations/s", Numbers.decimal(opsPerS))
            .row("acks/s", Numbers.decimal(acksPerS))
            .row("p50 us", Numbers.decimal(p50Us))
            .row("p99 us", Numbers.decimal(p99Us))
            .row("p99.9 us", Numbers.decimal(p999Us))
            .row("max us", Numbers.decimal(maxUs))
            .row("not acked by all", Numbers.grouped(incomplete));
    if (coordinatorCpuS != null) {
      table.row("coordinator CPU s", Numbers.decimal(coordinatorCpuS));
    }
    return load + table.render();
  }
}
