package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.peers.BenchOptions;
import io.svmcoord.loadtest.peers.BenchReport;
import io.svmcoord.loadtest.peers.BenchRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm bench}: what svm costs beyond its transport. */
@Command(
    name = "bench",
    description = {
      "Measures svm against bare gRPC, in turns, and prints the quotients: the acked fan-out"
          + " against a relay, a begin that hits nobody against an echo, unary calls against empty"
          + " ones.",
      "Exit code 1 if an operation was not acked by every device; figures never fail it."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final Duration DURATION = Duration.ofSeconds(1);
  private static final Duration QUICK_DURATION = Duration.ofMillis(500);

  @Option(
      names = "--quick",
      description = "Up to 100 devices and shorter turns: under three minutes.")
  private boolean isQuick;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "For how long operations count in a turn. Default: 1s, with --quick 500ms.")
  private @Nullable Duration duration;

  @Mixin private OutputOption output = new OutputOption();

  BenchCommand() {}

  @Override
  public Integer call() {
    BenchOptions options = Usage.checked(this::options);
    BenchReport report = BenchRun.run(options, output::tell);
    output.print(report, report::table);
    return ExitCode.OK;
  }

  private BenchOptions options() {
    return isQuick
        ? BenchOptions.quick(duration == null ? QUICK_DURATION : duration)
        : BenchOptions.whole(duration == null ? DURATION : duration);
  }
}
