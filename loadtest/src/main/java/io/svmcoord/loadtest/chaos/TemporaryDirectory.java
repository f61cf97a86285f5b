package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.report.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory that goes when it is closed, with all that is in it. Immutable. */
record TemporaryDirectory(Path path) implements AutoCloseable {
  static TemporaryDirectory make(String prefix) {
    try {
      return new TemporaryDirectory(Files.createTempDirectory(prefix));
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
