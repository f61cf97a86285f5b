package io.svmcoord.server.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * Tells a file from its copies: a copy that was put back is older than what it stands for, and
 * nothing else in its contents shows that. Immutable.
 *
 * @param inode the file's number in its file system
 * @param bornNanos when the file was made, on the file system's clock: no program can set it
 */
record FileIdentity(long inode, long bornNanos) {
  /**
   * Of an existing file.
   *
   * @throws UnsupportedOperationException if the file system has no inodes
   */
  static FileIdentity of(Path file) throws IOException {
    long inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
    long bornNanos =
        Files.readAttributes(file, BasicFileAttributes.class)
            .creationTime()
            .to(TimeUnit.NANOSECONDS);
    return new FileIdentity(inode, bornNanos);
  }
}
