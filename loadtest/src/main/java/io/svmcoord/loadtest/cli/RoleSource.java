package io.svmcoord.loadtest.cli;

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

  long spaceId() {
    return spaceId;
  }

  Path memory() {
    if (!Files.isReadable(memory)) {
      throw RunFailure.badUsage("--memory: " + memory + " (expected: a file that can be read)");
    }
    return memory;
  }

  String pageSource() {
    TargetOption.parse("--page-source", pageSource);
    return pageSource;
  }
}
