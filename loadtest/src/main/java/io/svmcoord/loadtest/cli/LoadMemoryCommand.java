package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.peers.MemoryOptions;
import io.svmcoord.loadtest.peers.MemoryReport;
import io.svmcoord.loadtest.peers.MemoryRun;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm load memory}: what idle streams and subscriptions take. */
@Command(
    name = "memory",
    description = {
      "Weighs what idle device streams take in a coordinator, with a connection each and over"
          + " shared ones, beside streams of a bare gRPC relay, and what subscriptions take.",
      "Each is weighed in a server of its own, by the heap after full collections. Figures never"
          + " fail it."
    })
final class LoadMemoryCommand implements Callable<Integer> {
  @Option(
      names = "--streams",
      split = ",",
      defaultValue = "1000,10000",
      paramLabel = "N",
      description = "Idle device streams. Default: ${DEFAULT-VALUE}.")
  private List<Integer> streams = List.of();

  @Option(
      names = "--connections",
      defaultValue = "10",
      paramLabel = "M",
      description = "TCP connections where streams share them. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--subscriptions",
      defaultValue = "100000",
      paramLabel = "N",
      description = "Subscriptions, of ten sessions. Default: ${DEFAULT-VALUE}.")
  private int subscriptions;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      paramLabel = "R",
      description = "Times that each is weighed. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Mixin private OutputOption output = new OutputOption();

  LoadMemoryCommand() {}

  @Override
  public Integer call() {
    MemoryOptions options =
        Usage.checked(() -> new MemoryOptions(streams, connections, subscriptions, rounds));
    MemoryReport report = MemoryRun.run(options, output::tell);
    output.print(report, report::table);
    return ExitCode.OK;
  }
}
