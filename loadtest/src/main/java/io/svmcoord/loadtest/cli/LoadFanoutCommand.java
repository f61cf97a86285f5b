package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.load.FanoutOptions;
import io.svmcoord.loadtest.load.FanoutReport;
import io.svmcoord.loadtest.load.FanoutRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm load fanout}: how long until every device has acked. */
@Command(
    name = "fanout",
    description = {
      "Measures the acked fan-out: from a host's begin until each of N devices, on connections of"
          + " their own, has acked and the host has its answer.",
      "Closed loop: K begins run at all times. Coordinator, devices and host are three processes."
    })
final class LoadFanoutCommand implements Callable<Integer> {
  @Option(
      names = "--devices",
      required = true,
      paramLabel = "N",
      description = "Devices that each begin has to reach, 1 to " + FanoutOptions.DEVICES_MAX + ".")
  private int devices;

  @Option(
      names = "--duration",
      defaultValue = "10s",
      paramLabel = "TIME",
      description = "For how long operations count. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--warmup",
      defaultValue = "2s",
      paramLabel = "TIME",
      description = "For how long they run before that. Default: ${DEFAULT-VALUE}.")
  private Duration warmup = Duration.ZERO;

  @Option(
      names = "--outstanding",
      defaultValue = "1",
      paramLabel = "K",
      description = "Begins that run at once. Default: ${DEFAULT-VALUE}.")
  private int outstanding;

  @Option(
      names = "--connections",
      paramLabel = "C",
      description = "TCP connections that the devices share. Default: one for each device.")
  private @Nullable Integer connections;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description = "A running coordinator. Default: starts one for the run.")
  private @Nullable String target;

  @Option(
      names = "--ttl",
      defaultValue = "10s",
      paramLabel = "TIME",
      description = "Time to live of all leases. Default: ${DEFAULT-VALUE}.")
  private Duration ttl = Duration.ZERO;

  @Option(
      names = "--ack-deadline",
      defaultValue = "10s",
      paramLabel = "TIME",
      description = "A device that acks later is evicted. Default: ${DEFAULT-VALUE}.")
  private Duration ackDeadline = Duration.ZERO;

  @Mixin private OutputOption output = new OutputOption();

  LoadFanoutCommand() {}

  @Override
  public Integer call() {
    FanoutOptions options =
        new FanoutOptions(
            target == null ? null : TargetOption.parse("--target", target),
            devices,
            connections == null ? devices : connections,
            outstanding,
            duration,
            warmup,
            ttl,
            ackDeadline);
    FanoutReport report = FanoutRun.run(options);
    output.print(report, report::table);
    return report.incomplete() == 0 ? ExitCode.OK : ExitCode.FOUND_WRONG;
  }
}
