package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.load.FanoutDevices;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code svm load fanout-devices}: the process that {@code svm load fanout} starts. */
@Command(
    name = "fanout-devices",
    hidden = true,
    description = "The devices of a fan-out run. Runs until its standard input ends.")
final class LoadFanoutDevicesCommand implements Callable<Integer> {
  private static final int EVENT_LOOPS = 1;

  @Option(names = "--target", required = true, description = "The coordinator.")
  private String target = "";

  @Option(names = "--space", required = true, description = "Id of the address space.")
  private long spaceId;

  @Option(names = "--devices", required = true, description = "How many devices.")
  private int devices;

  @Option(names = "--connections", required = true, description = "TCP connections they share.")
  private int connections;

  @Option(names = "--ttl", required = true, description = "Time to live of their leases.")
  private Duration ttl = Duration.ZERO;

  @Spec private CommandSpec spec = CommandSpec.create();

  LoadFanoutDevicesCommand() {}

  @Override
  public Integer call() {
    try (HeldSessions held = new HeldSessions(spec);
        FanoutDevices fanout =
            new FanoutDevices(TargetOption.parse("--target", target), connections, EVENT_LOOPS)) {
      fanout.start(devices, spaceId, Math.toIntExact(ttl.toMillis()), held::lost);
      int code = held.hold(Map.of("ready", true, "devices", devices));
      if (code == ExitCode.OK) {
        held.print(Map.of("devices", devices, "acks", fanout.stop()));
      }
      return code;
    }
  }
}
