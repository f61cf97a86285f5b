package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.peers.Growth;
import io.svmcoord.loadtest.peers.GrowthOptions;
import io.svmcoord.loadtest.peers.GrowthReport;
import io.svmcoord.loadtest.peers.GrowthRun;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm load growth}: how times grow with what a coordinator has. */
@Command(
    name = "growth",
    description = {
      "Measures the acked fan-out, one operation at once, beside how many devices it has to reach,"
          + " and how many address spaces, subscriptions that it does not overlap, and idle"
          + " sessions there are.",
      "Each value has a coordinator of its own, and they take turns; only what is named is"
          + " measured, or all if nothing is. Exit code 1 if an operation was not acked by every"
          + " device; figures never fail it."
    })
final class LoadGrowthCommand implements Callable<Integer> {
  @Option(
      names = "--devices",
      arity = "0..1",
      split = ",",
      fallbackValue = "1,10,100,1000",
      paramLabel = "N",
      description = "Devices that an operation has to reach. Default: ${FALLBACK-VALUE}.")
  private @Nullable List<Integer> devices;

  @Option(
      names = "--spaces",
      arity = "0..1",
      split = ",",
      fallbackValue = "1,100,10000",
      paramLabel = "N",
      description = "Address spaces. Default: ${FALLBACK-VALUE}.")
  private @Nullable List<Integer> spaces;

  @Option(
      names = "--subscriptions",
      arity = "0..1",
      split = ",",
      fallbackValue = "0,1000,100000",
      paramLabel = "N",
      description = "Subscriptions that no operation overlaps. Default: ${FALLBACK-VALUE}.")
  private @Nullable List<Integer> subscriptions;

  @Option(
      names = "--idle-sessions",
      arity = "0..1",
      split = ",",
      fallbackValue = "0,1000,5000",
      paramLabel = "N",
      description = "Idle sessions. Default: ${FALLBACK-VALUE}.")
  private @Nullable List<Integer> idleSessions;

  @Option(
      names = "--fan-out",
      defaultValue = "10",
      paramLabel = "N",
      description = "Devices where these don't grow. Default: ${DEFAULT-VALUE}.")
  private int fanOut;

  @Mixin private TurnsOption turns = new TurnsOption();

  @Mixin private OutputOption output = new OutputOption();

  LoadGrowthCommand() {}

  @Override
  public Integer call() {
    GrowthOptions options = Usage.checked(() -> new GrowthOptions(values(), fanOut, turns.turns()));
    GrowthReport report = GrowthRun.run(options, output::tell);
    output.print(report, report::table);
    return ExitCode.OK;
  }

  private Map<Growth, List<Integer>> values() {
    Map<Growth, List<Integer>> values = new EnumMap<>(Growth.class);
    put(values, Growth.DEVICES, devices);
    put(values, Growth.SPACES, spaces);
    put(values, Growth.SUBSCRIPTIONS, subscriptions);
    put(values, Growth.IDLE_SESSIONS, idleSessions);
    return values.isEmpty() ? GrowthOptions.ALL : values;
  }

  private static void put(
      Map<Growth, List<Integer>> values, Growth growth, @Nullable List<Integer> given) {
    if (given != null) {
      values.put(growth, given);
    }
  }
}
