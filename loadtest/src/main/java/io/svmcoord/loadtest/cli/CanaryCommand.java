package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.canary.CanaryOptions;
import io.svmcoord.loadtest.canary.CanaryReport;
import io.svmcoord.loadtest.canary.CanaryRun;
import io.svmcoord.loadtest.process.Termination;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code svm canary}: probes a live coordinator all the time. */
@Command(
    name = "canary",
    description = {
      "Probes a live coordinator: a host, a device and a mapper in a space of their own invalidate"
          + " a page every second and look whether the promises G1 to G3 are kept. Serves metrics"
          + " for alerting.",
      "A coordinator that is out of reach is counted as unavailable, not as a violation. Exit code"
          + " 1 on any violation, 3 when no probe got through."
    })
public final class CanaryCommand implements Callable<Integer> {
  @Option(
      names = "--target",
      defaultValue = "127.0.0.1:7070",
      paramLabel = "HOST:PORT",
      description = "The coordinator. Default: ${DEFAULT-VALUE}.")
  private String target = "";

  @Option(
      names = "--admin",
      defaultValue = "127.0.0.1:7072",
      paramLabel = "HOST:PORT",
      description =
          "Address of its own metrics and health over HTTP; port 0 lets the system choose. Default:"
              + " ${DEFAULT-VALUE}.")
  private String admin = "";

  @Option(
      names = "--name",
      defaultValue = "canary",
      description =
          "Of its space and sessions; each canary of a coordinator needs another. Default:"
              + " ${DEFAULT-VALUE}.")
  private String name = "";

  @Option(
      names = "--interval",
      defaultValue = "1s",
      paramLabel = "TIME",
      description = "From one probe to the next. Default: ${DEFAULT-VALUE}.")
  private Duration interval = Duration.ZERO;

  @Option(
      names = "--ttl",
      defaultValue = "3s",
      paramLabel = "TIME",
      description = "Time to live of its leases. Default: ${DEFAULT-VALUE}.")
  private Duration ttl = Duration.ZERO;

  @Option(
      names = "--wait-bound",
      defaultValue = "1s",
      paramLabel = "TIME",
      description =
          "Longest that a reader with nothing to wait for may take. Default: ${DEFAULT-VALUE}.")
  private Duration waitBound = Duration.ZERO;

  @Option(names = "--count", paramLabel = "N", description = "Stop after so many probes.")
  private @Nullable Long count;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "For how long. Default: until it is told to stop.")
  private @Nullable Duration duration;

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private StopWithStdin stopWithStdin = new StopWithStdin();

  @Spec private CommandSpec spec = CommandSpec.create();

  CanaryCommand() {}

  @Override
  public Integer call() {
    TargetOption.parse("--target", target);
    CanaryOptions options =
        new CanaryOptions(
            target,
            name,
            interval,
            ttl,
            waitBound,
            count == null ? OptionalLong.empty() : OptionalLong.of(count),
            Optional.ofNullable(duration));
    CanaryReport report;
    try (Termination signal = stopWithStdin.install();
        CanaryRun canary = CanaryRun.start(options, admin, this::tell)) {
      tell("metrics on port " + canary.adminPort());
      report = canary.run(signal);
    }
    int code = output.printJudged(report);
    return code == ExitCode.OK && report.hasReachedNobody() ? ExitCode.UNREACHABLE : code;
  }

  private void tell(String line) {
    output.tell(spec.qualifiedName() + ": " + line);
  }
}
