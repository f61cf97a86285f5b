package io.svmcoord.loadtest.process;

import io.svmcoord.loadtest.report.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory that goes when it is closed, with all that is in it. Immutable. */
public record TemporaryDirectory(Path path) implements AutoCloseable {
  /** Makes one in the system's place for them. */
  public static TemporaryDirectory make(String prefix) {
    return make(Path.of(System.getProperty("java.io.tmpdir")), prefix);
  }

  /** Makes one in {@code parent}. */
  public static TemporaryDirectory make(Path parent, String prefix) {
    try {
      return new TemporaryDirectory(Files.createTempDirectory(parent, prefix));
    } catch (IOException e) {
      throw RunFailure.foundWrong("a temporary directory could not be made: " + e, e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw RunFailure.foundWrong(path + ": could not be deleted: " + e, e);
    }
  }
}
