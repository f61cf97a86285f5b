package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.load.FanoutDevices;
import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.loadtest.report.Json;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
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
    PrintWriter out = spec.commandLine().getOut();
    AtomicReference<String> lost = new AtomicReference<>("");
    try (Termination signal = Termination.install();
        FanoutDevices fanout =
            new FanoutDevices(TargetOption.parse("--target", target), connections, EVENT_LOOPS)) {
      fanout.start(
          devices,
          spaceId,
          Math.toIntExact(ttl.toMillis()),
          what -> {
            if (!signal.isStopping()) {
              lost.set(what);
              signal.stop();
            }
          });
      print(out, Map.of("ready", true, "devices", devices));
      signal.follow(System.in);
      signal.awaitStop();
      if (!lost.get().isEmpty()) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(spec.qualifiedName() + ": lost " + lost.get());
        err.flush();
        return ExitCode.FOUND_WRONG;
      }
      print(out, Map.of("devices", devices, "acks", fanout.stop()));
      return ExitCode.OK;
    }
  }

  private static void print(PrintWriter out, Map<String, ?> line) {
    out.println(Json.line(line));
    out.flush();
  }
}
