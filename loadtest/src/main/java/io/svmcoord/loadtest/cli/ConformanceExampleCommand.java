package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.conformance.device.ExampleDevice;
import io.svmcoord.loadtest.conformance.device.Workers;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code svm conformance example}: the device program that implementers can compare with. */
@Command(
    name = "example",
    description = "A device program for 'svm conformance device', with the Java SDK.")
final class ConformanceExampleCommand implements Callable<Integer> {
  @Option(
      names = "--target",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where the conformance run listens.")
  private String target = "";

  ConformanceExampleCommand() {}

  @Override
  public Integer call() {
    InetSocketAddress address = TargetOption.parse("--target", target);
    String where = address.getHostString() + ":" + address.getPort();
    try (ExampleDevice device = new ExampleDevice(where)) {
      Workers.run(where, device);
    }
    return ExitCode.OK;
  }
}
