package io.svmcoord.loadtest.memory;

/**
 * Sizes of a {@link SharedMemory} and where everything lies in it. Immutable.
 *
 * <pre>
 * header page | space directory | retirements, per space slot and page | frames
 * </pre>
 *
 * @param pageSizeBytes bytes per page and frame, a power of two from {@value #PAGE_SIZE_BYTES_MIN}
 *     to {@value #PAGE_SIZE_BYTES_MAX}
 * @param pages pages of each emulated address space
 * @param frames frames of all spaces together
 * @param spaceSlots address spaces that may live at once
 * @param baseAddress address of page 0 in every space, unsigned, page aligned; the last page may
 *     end at 2^64 - 1
 */
public record MemoryGeometry(
    int pageSizeBytes, int pages, int frames, int spaceSlots, long baseAddress) {
  /** Smallest page in bytes. */
  public static final int PAGE_SIZE_BYTES_MIN = 4096;

  /** Largest page in bytes. */
  public static final int PAGE_SIZE_BYTES_MAX = 1 << 20;

  /** Most pages of one space. */
  public static final int PAGES_MAX = 1 << 20;

  /** Most spaces that live at once. */
  public static final int SPACE_SLOTS_MAX = 256;

  /** Largest file, in bytes: beyond it somebody mistook a unit. */
  static final long FILE_SIZE_BYTES_MAX = 1L << 36;

  /** Validates the sizes. */
  public MemoryGeometry {
    if (Integer.bitCount(pageSizeBytes) != 1
        || pageSizeBytes < PAGE_SIZE_BYTES_MIN
        || pageSizeBytes > PAGE_SIZE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "pageSizeBytes: %d (expected: a power of two from %d to %d)"
              .formatted(pageSizeBytes, PAGE_SIZE_BYTES_MIN, PAGE_SIZE_BYTES_MAX));
    }
    requireBetween("pages", pages, 1, PAGES_MAX);
    requireBetween("frames", frames, 1, Integer.MAX_VALUE);
    requireBetween("spaceSlots", spaceSlots, 1, SPACE_SLOTS_MAX);
    long lastByte = baseAddress + ((long) pages * pageSizeBytes - 1);
    if ((baseAddress & (pageSizeBytes - 1)) != 0
        || Long.compareUnsigned(lastByte, baseAddress) < 0) {
      throw new IllegalArgumentException(
          "baseAddress: 0x%x (expected: page aligned, with room for %d pages below 2^64)"
              .formatted(baseAddress, pages));
    }
    long fileBytes = framesOffset(pages, spaceSlots, pageSizeBytes) + (long) frames * pageSizeBytes;
    if (fileBytes > FILE_SIZE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "pages, frames, spaceSlots: %d, %d, %d make %d bytes (expected: at most %d)"
              .formatted(pages, frames, spaceSlots, fileBytes, FILE_SIZE_BYTES_MAX));
    }
  }

  /** Address of the first byte of a page, unsigned. */
  public long addressOf(int page) {
    return baseAddress + (long) page * pageSizeBytes;
  }

  /** Address of the last byte of a page, inclusive, unsigned. */
  public long lastAddressOf(int page) {
    return addressOf(page) + (pageSizeBytes - 1);
  }

  /**
   * Page that holds an address.
   *
   * @return the page number, or -1 if the address lies outside the emulated pages
   */
  public int pageOf(long address) {
    long offset = address - baseAddress;
    long page = Long.divideUnsigned(offset, pageSizeBytes);
    return Long.compareUnsigned(page, pages) < 0 ? (int) page : -1;
  }

  /** Byte offset in the file of a frame's first byte: what a page list calls its frame. */
  public long frameOffset(int frame) {
    return framesOffset(pages, spaceSlots, pageSizeBytes) + (long) frame * pageSizeBytes;
  }

  /** Whether a byte offset of the file is the first byte of a frame. */
  public boolean isFrameOffset(long offset) {
    long fromFrames = offset - frameOffset(0);
    return fromFrames >= 0
        && fromFrames % pageSizeBytes == 0
        && fromFrames / pageSizeBytes < frames;
  }

  /** Bytes of the whole file. */
  public long fileSizeBytes() {
    return frameOffset(0) + (long) frames * pageSizeBytes;
  }

  long directoryOffset(int slot) {
    return PAGE_SIZE_BYTES_MIN + (long) slot * SpaceDirectory.ENTRY_BYTES;
  }

  long retirementsOffset(int slot, int page) {
    return retirementsOffset(spaceSlots) + ((long) slot * pages + page) * Retirements.RING_BYTES;
  }

  private static long retirementsOffset(int spaceSlots) {
    return PAGE_SIZE_BYTES_MIN + (long) spaceSlots * SpaceDirectory.ENTRY_BYTES;
  }

  private static long framesOffset(int pages, int spaceSlots, int pageSizeBytes) {
    long end = retirementsOffset(spaceSlots) + (long) spaceSlots * pages * Retirements.RING_BYTES;
    return (end + pageSizeBytes - 1) & -pageSizeBytes;
  }

  private static void requireBetween(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d to %d)".formatted(name, value, min, max));
    }
  }
}
