package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.chaos.UnreadOptions;
import io.svmcoord.loadtest.chaos.UnreadRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm load unread}: what a device that does not read its stream costs. */
@Command(
    name = "unread",
    description = {
      "Lets a device stop reading its stream for a while, under a flood of events for it, and"
          + " measures the coordinator's queue and heap and the begins of another address space.",
      "Exit code 1 if the queue passes its limit, the heap grows by more than 32 MB, the device is"
          + " not told exactly once what it missed, or does not hear of an end. Latencies are not"
          + " judged."
    })
final class LoadUnreadCommand implements Callable<Integer> {
  @Option(
      names = "--duration",
      defaultValue = "60s",
      paramLabel = "TIME",
      description =
          "Time that the device does not read; the begins beside it are measured for as long while"
              + " it reads. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--begins-per-second",
      defaultValue = "1000",
      paramLabel = "N",
      description =
          "Begins of 256 ranges each in the device's space, in hundreds. Default:"
              + " ${DEFAULT-VALUE}.")
  private int beginsPerSecond;

  @Option(
      names = "--devices",
      defaultValue = "4",
      paramLabel = "N",
      description = "Devices of the space that is measured. Default: ${DEFAULT-VALUE}.")
  private int devices;

  @Mixin private OutputOption output = new OutputOption();

  LoadUnreadCommand() {}

  @Override
  public Integer call() {
    UnreadOptions options =
        Usage.checked(() -> new UnreadOptions(duration, beginsPerSecond, devices));
    return output.printJudged(UnreadRun.run(options, output::tell));
  }
}
