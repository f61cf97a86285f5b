package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.loadtest.report.RunFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * Where a device or mapper finds a host's pages: the options that a host prints when it is ready.
 */
final class RoleSource {
  @Option(
      names = "--space",
      required = true,
      paramLabel = "ID",
      description = "Address space: space_id of the host's first line.")
  private long spaceId;

  @Option(
      names = "--memory",
      required = true,
      paramLabel = "FILE",
      description = "The host's memory: memory_file of its first line.")
  private Path memory = Path.of("");

  @Option(
      names = "--page-source",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Who serves faults: page_source_target of its first line.")
  private String pageSource = "";

  RoleSource() {}

  /**
   * What was given.
   *
   * @throws RunFailure when the memory can't be read, or there can be no such page source
   */
  HostReady at() {
    if (!Files.isReadable(memory)) {
      throw RunFailure.badUsage("--memory: " + memory + " (expected: a file that can be read)");
    }
    TargetOption.parse("--page-source", pageSource);
    return new HostReady(spaceId, memory.toString(), pageSource);
  }
}
