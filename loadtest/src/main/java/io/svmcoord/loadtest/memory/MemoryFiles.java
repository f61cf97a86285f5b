package io.svmcoord.loadtest.memory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names and places of memory files. A file is deleted by the process that made it; one that was
 * killed can't, and on {@code /dev/shm} its pages would stay in memory for good. So the process id
 * is part of the name, and whoever makes a file first deletes those of processes that are gone.
 */
final class MemoryFiles {
  private static final String PREFIX = "svm-pages-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-\\d+\\.bin");
  private static final Path MEMORY_FILE_SYSTEM = Path.of("/dev/shm");

  private MemoryFiles() {}

  /**
   * A new empty file, on {@code /dev/shm} where that can be written, else among temporary files.
   */
  static Path create() throws IOException {
    Path directory =
        Files.isWritable(MEMORY_FILE_SYSTEM)
            ? MEMORY_FILE_SYSTEM
            : Path.of(System.getProperty("java.io.tmpdir"));
    return create(directory);
  }

  static Path create(Path directory) throws IOException {
    deleteOrphans(directory);
    return Files.createTempFile(directory, PREFIX + ProcessHandle.current().pid() + "-", ".bin");
  }

  private static void deleteOrphans(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*.bin")) {
      for (Path file : files) {
        // Another user's stay: they are theirs to delete.
        if (isOrphan(file.getFileName().toString()) && Files.isWritable(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isOrphan(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
  }
}
