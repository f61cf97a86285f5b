package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.sim.seeds.SeedsOptions;
import io.svmcoord.loadtest.sim.seeds.SeedsReport;
import io.svmcoord.loadtest.sim.seeds.SeedsRun;
import io.svmcoord.loadtest.sim.world.SimulationResult;
import io.svmcoord.loadtest.sim.world.SimulationRun;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code svm simulate}: the whole system in one thread, from a seed. */
@Command(
    name = "simulate",
    description = {
      "Runs the coordinator, hosts, devices and mappers in a simulated world: one thread, one seed,"
          + " and the same seed gives the same run. Networks, clocks and processes fail there;"
          + " checkers judge the promises G1 to G9 and G11.",
      "A seed that breaks one is shown with the command that replays it.",
      "Seeds from 1000000000000 on make worlds in which devices share gateways."
    })
public final class SimulateCommand implements Callable<Integer> {
  private static final long SEEDS_DEFAULT = 1_000;
  private static final long FROM_DEFAULT = 1;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "How many seeds to run. Default: " + SEEDS_DEFAULT + ".")
  private @Nullable Long seeds;

  @Option(
      names = "--from",
      paramLabel = "S",
      description = "The first of them. Default: " + FROM_DEFAULT + ".")
  private @Nullable Long from;

  @Option(names = "--seed", paramLabel = "S", description = "Run this one seed.")
  private @Nullable Long seed;

  @Option(
      names = "--trace",
      description = "With --seed: print each thing that happens, with its simulated time in ms.")
  private boolean isTraced;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "How many seeds run at once. Default: one for each processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Mixin private OutputOption output = new OutputOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  SimulateCommand() {}

  @Override
  public Integer call() {
    SeedsOptions options = Usage.checked(this::options);
    LogLevel.nothing();
    CommandLine line = spec.commandLine();
    // JSON stays one line, whatever is traced.
    PrintWriter lines = output.isJson() ? line.getErr() : line.getOut();
    LongFunction<SimulationResult> world =
        isTraced ? one -> SimulationRun.run(one, lines::println) : SimulationRun::run;
    SeedsReport report = SeedsRun.run(options, world, output::tell);
    lines.flush();
    output.print(report, report::table);
    return report.failures() == 0 ? ExitCode.OK : ExitCode.FOUND_WRONG;
  }

  private SeedsOptions options() {
    if (seed != null && (seeds != null || from != null)) {
      throw new IllegalArgumentException(
          "seed: %d (expected: without --seeds and --from)".formatted(seed));
    }
    if (isTraced && seed == null) {
      throw new IllegalArgumentException("trace: set (expected: with --seed)");
    }
    return seed != null
        ? new SeedsOptions(seed, 1, 1)
        : new SeedsOptions(
            from == null ? FROM_DEFAULT : from, seeds == null ? SEEDS_DEFAULT : seeds, threads);
  }
}
