package io.svmcoord.loadtest.fault;

import io.svmcoord.loadtest.report.RunFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A file system in memory, of a few pages, that can be filled up. Confined to one thread. */
public final class SmallDisk implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int PAGES = 64;
  private static final int PAGE_BYTES = 4_096;

  private final Path mount;

  private SmallDisk(Path mount) {
    this.mount = mount;
  }

  /** Mounts one on a directory; empty where that is not allowed: it needs root. */
  public static Optional<SmallDisk> mountOn(Path directory) {
    String size = "size=" + PAGES * PAGE_BYTES;
    List<String> command = List.of("mount", "-t", "tmpfs", "-o", size, "tmpfs", "" + directory);
    return SystemCommand.run(TIMEOUT, command) == 0
        ? Optional.of(new SmallDisk(directory))
        : Optional.empty();
  }

  /** Where it is mounted. */
  public Path path() {
    return mount;
  }

  private Path ballast() {
    return mount.resolve("ballast");
  }

  /** Takes all room that there is, until {@link #free}. */
  public void fill() {
    try (OutputStream out = Files.newOutputStream(ballast())) {
      byte[] page = new byte[PAGE_BYTES];
      for (int i = 0; i < PAGES; i++) {
        out.write(page);
      }
    } catch (IOException e) {
      // No space is left, which is what was wanted.
      return;
    }
    throw RunFailure.foundWrong(mount + ": could not be filled (expected: a file on it already)");
  }

  /** Gives the room back. */
  public void free() {
    try {
      Files.delete(ballast());
    } catch (IOException e) {
      throw RunFailure.foundWrong(mount + ": could not be emptied: " + e, e);
    }
  }

  /** Whoever uses it should have ended. */
  @Override
  public void close() {
    int code = SystemCommand.run(TIMEOUT, List.of("umount", mount.toString()));
    if (code != 0) {
      throw RunFailure.foundWrong("umount %s: exit code %d (expected: 0)".formatted(mount, code));
    }
  }
}
