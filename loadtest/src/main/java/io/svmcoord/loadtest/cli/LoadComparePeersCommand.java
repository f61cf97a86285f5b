package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.peers.PeersOptions;
import io.svmcoord.loadtest.peers.PeersReport;
import io.svmcoord.loadtest.peers.PeersRun;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm load compare-peers}: svm beside what users would pick instead. */
@Command(
    name = "compare-peers",
    description = {
      "Measures the acked fan-out of svm, of a bare gRPC relay, of a bare Netty relay, and of what"
          + " is found on the PATH of redis-server, nats-server and etcd, in turns.",
      "Server, host and devices of each system are three processes on loopback. Each operation is"
          + " checked to have been acked by every device; exit code 1 if one was not."
    })
final class LoadComparePeersCommand implements Callable<Integer> {
  @Option(
      names = "--systems",
      split = ",",
      paramLabel = "NAME",
      description = {
        "Compare these only. Default: svm, grpc-relay, netty-relay, redis, nats, etcd.",
        "Also svm-sdk, devices of the Java SDK, up to 200; svm-shared and svm-gateway, devices over"
            + " 10 connections in all, with a stream each or a gateway for each connection;"
            + " svm-io-uring, svm-unix and svm-2-loops, another transport or another event loop."
      })
  private @Nullable List<String> systems;

  @Option(
      names = "--devices",
      split = ",",
      defaultValue = "1,10,100,1000",
      paramLabel = "N",
      description =
          "Devices, each on a connection of its own but for svm-shared and svm-gateway. Up to 4000;"
              + " 10000 of svm's. Default: ${DEFAULT-VALUE}.")
  private List<Integer> devices = List.of();

  @Option(
      names = "--outstanding",
      split = ",",
      defaultValue = "1,16",
      paramLabel = "K",
      description = "Operations that run at once. Default: ${DEFAULT-VALUE}.")
  private List<Integer> outstanding = List.of();

  @Mixin private TurnsOption turns = new TurnsOption();

  @Mixin private OutputOption output = new OutputOption();

  LoadComparePeersCommand() {}

  @Override
  public Integer call() {
    PeersOptions options =
        Usage.checked(
            () ->
                new PeersOptions(
                    systems == null ? PeersOptions.fanOutSystems() : systems,
                    PeersOptions.BASELINE,
                    devices,
                    outstanding,
                    turns.turns()));
    PeersReport report = PeersRun.run(options, output::tell);
    output.print(report, report::table);
    return ExitCode.OK;
  }
}
