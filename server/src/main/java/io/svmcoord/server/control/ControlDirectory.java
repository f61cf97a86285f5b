package io.svmcoord.server.control;

import io.svmcoord.server.kernel.Past;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The directory of a control file: one process at a time, and a file that is there as a whole or
 * not at all.
 *
 * <p>{@code control} is replaced, never changed: written beside, forced to the disk, renamed, and
 * the directory forced as well. {@code lock} is locked while a process uses the directory, and
 * holds a byte from the first control file on: that tells a directory that was never used from one
 * whose control file is lost. Blocks; not thread-safe.
 */
final class ControlDirectory implements AutoCloseable {
  private static final String FILE = "control";
  private static final String NEXT = "control.next";
  private static final String LOCK = "lock";
  private static final byte USED = 'u';

  /** Session keys are kept as digests only; still nobody else's business. */
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /**
   * Directories that this process uses. The lock is the process's: to open and close the lock file
   * once more would give it up.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  /** What was found. */
  sealed interface Found {
    /** The directory was never used. */
    record Nothing() implements Found {}

    /** The file as it was written last. */
    record Intact(Past past) implements Found {}

    /** The file is not there, damaged, or not the one that was written last. */
    record Lost(String why) implements Found {}
  }

  private final Path directory;
  private final FileChannel lock;

  private ControlDirectory(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Takes the directory, which is made if it is not there.
   *
   * @throws IOException if it can't be used, or another process uses it
   */
  static ControlDirectory open(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    if (!Files.isDirectory(absolute)) {
      Files.createDirectory(absolute, OWNER_ONLY_DIRECTORY);
      force(parent(absolute));
    }
    Path real = absolute.toRealPath();
    if (!OWN.add(real)) {
      throw new IOException("it is in use by this process");
    }
    try {
      return new ControlDirectory(real, locked(real.resolve(LOCK)));
    } catch (IOException e) {
      OWN.remove(real);
      throw e;
    }
  }

  private static FileChannel locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY);
    try {
      if (channel.tryLock() == null) {
        throw new IOException("it is in use by another process");
      }
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static Path parent(Path absolute) {
    Path parent = absolute.getParent();
    return parent == null ? absolute : parent;
  }

  Found read() throws IOException {
    Path file = directory.resolve(FILE);
    try {
      byte[] bytes = Files.readAllBytes(file);
      return new Found.Intact(ControlFormat.decode(FileIdentity.of(file), bytes));
    } catch (NoSuchFileException e) {
      return lock.size() == 0 ? new Found.Nothing() : new Found.Lost("it is missing");
    } catch (ControlFormat.BrokenException e) {
      return new Found.Lost(e.why());
    }
  }

  /** Replaces the file; it can't be lost when this returns. */
  void write(Past past) throws IOException {
    Path next = directory.resolve(NEXT);
    Files.deleteIfExists(next);
    try (FileChannel channel =
        FileChannel.open(
            next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      ByteBuffer bytes = ByteBuffer.wrap(ControlFormat.encode(FileIdentity.of(next), past));
      while (bytes.hasRemaining()) {
        var _ = channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    force(directory);
  }

  /** There was a control file: from now on its absence means that it is lost. */
  void markUsed() throws IOException {
    if (lock.size() == 0) {
      var _ = lock.write(ByteBuffer.wrap(new byte[] {USED}));
      lock.force(true);
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      lock.close();
    } finally {
      OWN.remove(directory);
    }
  }
}
