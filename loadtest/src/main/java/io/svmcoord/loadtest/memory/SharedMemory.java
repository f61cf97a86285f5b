package io.svmcoord.loadtest.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Memory that an emulated host shares with devices and mappers, in one process or many: a mapped
 * file. A device that reads through a stale entry of its table therefore really reads a frame that
 * was freed and given to another page, as a DMA would.
 *
 * <p>The host creates the file, everybody else opens it. Thread-safe as far as it goes: words are
 * read and written as the parts of it say ({@link Frames}, {@link Retirements}, {@link
 * SpaceDirectory}); who may touch a frame when is exactly what the coordinator under test arranges.
 */
public final class SharedMemory implements AutoCloseable {
  private static final long MAGIC = 0x53564d5041474553L; // "SVMPAGES"
  private static final long LAYOUT_VERSION = 1;
  private static final long VERSION_AT = 8;
  private static final long PAGE_SIZE_AT = 16;
  private static final long PAGES_AT = 24;
  private static final long FRAMES_AT = 32;
  private static final long SPACE_SLOTS_AT = 40;
  private static final long BASE_ADDRESS_AT = 48;
  static final long FORGOTTEN_RELEASED_AT = 56;
  static final long DIRECTORY_CHANGES_AT = 64;

  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final Path file;
  private final MemoryGeometry geometry;
  private final Arena arena;
  private final MemorySegment bytes;
  private final boolean isOwner;

  private SharedMemory(
      Path file, MemoryGeometry geometry, Arena arena, MemorySegment bytes, boolean isOwner) {
    this.file = file;
    this.geometry = geometry;
    this.arena = arena;
    this.bytes = bytes;
    this.isOwner = isOwner;
  }

  /**
   * Creates a memory in a new temporary file, on {@code /dev/shm} where that can be written. The
   * file is deleted by {@link #close}.
   *
   * @throws UncheckedIOException if the file can't be made
   */
  public static SharedMemory create(MemoryGeometry geometry) {
    try {
      return map(MemoryFiles.create(), geometry);
    } catch (IOException e) {
      throw new UncheckedIOException("shared memory: can't be created", e);
    }
  }

  /**
   * Opens the memory that a host made.
   *
   * @throws IllegalArgumentException if the file is not such a memory
   * @throws UncheckedIOException if the file can't be read
   */
  public static SharedMemory open(Path file) {
    try {
      return openExisting(file);
    } catch (IOException e) {
      throw new UncheckedIOException("memory file: " + file + " can't be opened", e);
    }
  }

  /** File that other processes open. */
  public Path file() {
    return file;
  }

  /** Sizes and places. */
  public MemoryGeometry geometry() {
    return geometry;
  }

  /** Frames with what is written in them. */
  public Frames frames() {
    return new Frames(this);
  }

  /** Retired versions. */
  public Retirements retirements() {
    return new Retirements(this);
  }

  /** Address spaces that have pages here. */
  public SpaceDirectory directory() {
    return new SpaceDirectory(this);
  }

  /**
   * Unmaps the memory; the creator's file is deleted. No thread may use any part of it any more.
   */
  @Override
  public void close() {
    arena.close();
    if (isOwner) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("memory file: " + file + " can't be deleted", e);
      }
    }
  }

  MemorySegment bytes() {
    return bytes;
  }

  long plain(long offset) {
    return bytes.get(ValueLayout.JAVA_LONG, offset);
  }

  void setPlain(long offset, long value) {
    bytes.set(ValueLayout.JAVA_LONG, offset, value);
  }

  /** Acquire: what was written before the matching {@link #setRelease} is seen after this. */
  long acquire(long offset) {
    return (long) WORD.getAcquire(bytes, offset);
  }

  void setRelease(long offset, long value) {
    WORD.setRelease(bytes, offset, value);
  }

  private static SharedMemory map(Path file, MemoryGeometry geometry) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment bytes =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, geometry.fileSizeBytes(), arena);
      SharedMemory memory = new SharedMemory(file, geometry, arena, bytes, true);
      memory.writeHeader();
      return memory;
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static SharedMemory openExisting(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      if (size < MemoryGeometry.PAGE_SIZE_BYTES_MIN) {
        throw new IllegalArgumentException(
            "memory file: %s has %d bytes (expected: a file that a host made)"
                .formatted(file, size));
      }
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
      MemoryGeometry geometry = readHeader(file, bytes);
      if (geometry.fileSizeBytes() != size) {
        throw new IllegalArgumentException(
            "memory file: %s has %d bytes (expected: %d by its header)"
                .formatted(file, size, geometry.fileSizeBytes()));
      }
      return new SharedMemory(file, geometry, arena, bytes, false);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private void writeHeader() {
    setPlain(VERSION_AT, LAYOUT_VERSION);
    setPlain(PAGE_SIZE_AT, geometry.pageSizeBytes());
    setPlain(PAGES_AT, geometry.pages());
    setPlain(FRAMES_AT, geometry.frames());
    setPlain(SPACE_SLOTS_AT, geometry.spaceSlots());
    setPlain(BASE_ADDRESS_AT, geometry.baseAddress());
    // Last, so that whoever sees the magic sees the rest.
    setRelease(0, MAGIC);
  }

  private static MemoryGeometry readHeader(Path file, MemorySegment bytes) {
    long magic = (long) WORD.getAcquire(bytes, 0L);
    long version = bytes.get(ValueLayout.JAVA_LONG, VERSION_AT);
    if (magic != MAGIC || version != LAYOUT_VERSION) {
      throw new IllegalArgumentException(
          "memory file: %s has magic 0x%x version %d (expected: 0x%x version %d)"
              .formatted(file, magic, version, MAGIC, LAYOUT_VERSION));
    }
    return new MemoryGeometry(
        intAt(bytes, PAGE_SIZE_AT),
        intAt(bytes, PAGES_AT),
        intAt(bytes, FRAMES_AT),
        intAt(bytes, SPACE_SLOTS_AT),
        bytes.get(ValueLayout.JAVA_LONG, BASE_ADDRESS_AT));
  }

  private static int intAt(MemorySegment bytes, long offset) {
    return Math.toIntExact(bytes.get(ValueLayout.JAVA_LONG, offset));
  }
}
