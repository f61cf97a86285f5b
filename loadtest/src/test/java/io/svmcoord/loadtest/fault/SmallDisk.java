package io.svmcoord.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system in memory, of a few pages, that can be filled up. Confined to one thread. */
final class SmallDisk implements AutoCloseable {
  private static final int PAGES = 16;
  private static final int PAGE_BYTES = 4_096;

  private final Path mount;

  private SmallDisk(Path mount) {
    this.mount = mount;
  }

  /** Mounts one on a directory; the test is skipped where that is not allowed. */
  static SmallDisk mountOn(Path directory) {
    int code =
        Commands.run(
            List.of(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=" + PAGES * PAGE_BYTES,
                "tmpfs",
                directory.toString()));
    assumeTrue(code == 0, "no file system can be mounted: this test needs root");
    return new SmallDisk(directory);
  }

  Path path() {
    return mount;
  }

  private Path ballast() {
    return mount.resolve("ballast");
  }

  /** Takes all room that there is. */
  void fill() throws IOException {
    byte[] page = new byte[PAGE_BYTES];
    int written = 0;
    try (OutputStream out = Files.newOutputStream(ballast())) {
      for (; written < PAGES; written++) {
        out.write(page);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left on device");
    }
    assertThat(written).as("pages that were free").isBetween(1, PAGES - 1);
  }

  /** Gives it back. */
  void free() throws IOException {
    Files.delete(ballast());
  }

  @Override
  public void close() {
    assertThat(Commands.run(List.of("umount", mount.toString()))).as("umount").isZero();
  }
}
