package io.svmcoord.loadtest.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What is written in frames. Thread-safe in that it never fails; whether a reader sees one whole
 * content is what the coordinator under test arranges, and what {@link FrameReading#isIntact}
 * tells.
 *
 * <p>A frame, in 64-bit words:
 *
 * <pre>
 * 0 space id | 1 page | 2 version | 3 checksum | 4-7 unused | 8-71 one slot per device | 72.. body
 * </pre>
 *
 * Every word of the body is derived from space, page and version, so that a frame which was
 * rewritten by half, or which belongs to another page by now, can't pass. The slots are written by
 * devices and are no part of the checksum.
 */
public final class Frames {
  /** Device slots in a frame; devices beyond it share them. */
  public static final int DEVICE_SLOTS = 64;

  private static final int SPACE_AT = 0;
  private static final int PAGE_AT = 8;
  private static final int VERSION_AT = 16;
  private static final int CHECKSUM_AT = 24;
  private static final int SLOTS_AT = 64;
  private static final int BODY_AT = SLOTS_AT + DEVICE_SLOTS * Long.BYTES;
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final MemorySegment bytes;
  private final MemoryGeometry geometry;

  Frames(SharedMemory memory) {
    this.bytes = memory.bytes();
    this.geometry = memory.geometry();
  }

  /**
   * Writes a content over whatever the frame holds.
   *
   * @param frameOffset byte offset of the frame in the file
   */
  public void write(long frameOffset, long spaceId, long page, long version) {
    long seed = seed(spaceId, page, version);
    bytes.set(ValueLayout.JAVA_LONG, frameOffset + SPACE_AT, spaceId);
    bytes.set(ValueLayout.JAVA_LONG, frameOffset + PAGE_AT, page);
    bytes.set(ValueLayout.JAVA_LONG, frameOffset + VERSION_AT, version);
    bytes.set(ValueLayout.JAVA_LONG, frameOffset + CHECKSUM_AT, mix(seed));
    long word = seed;
    for (long at = BODY_AT; at < geometry.pageSizeBytes(); at += Long.BYTES) {
      word += GOLDEN;
      bytes.set(ValueLayout.JAVA_LONG, frameOffset + at, word);
    }
  }

  /**
   * Reads a frame, body and all.
   *
   * @param frameOffset byte offset of the frame in the file
   */
  public FrameReading read(long frameOffset) {
    long spaceId = bytes.get(ValueLayout.JAVA_LONG, frameOffset + SPACE_AT);
    long page = bytes.get(ValueLayout.JAVA_LONG, frameOffset + PAGE_AT);
    long version = bytes.get(ValueLayout.JAVA_LONG, frameOffset + VERSION_AT);
    long checksum = bytes.get(ValueLayout.JAVA_LONG, frameOffset + CHECKSUM_AT);
    long seed = seed(spaceId, page, version);
    long difference = checksum ^ mix(seed);
    long word = seed;
    for (long at = BODY_AT; at < geometry.pageSizeBytes(); at += Long.BYTES) {
      word += GOLDEN;
      difference |= bytes.get(ValueLayout.JAVA_LONG, frameOffset + at) ^ word;
    }
    return new FrameReading(spaceId, page, version, difference == 0);
  }

  /** Reads only the version in a frame's header, as a hint of which content it holds. */
  public long readVersion(long frameOffset) {
    return bytes.get(ValueLayout.JAVA_LONG, frameOffset + VERSION_AT);
  }

  /** Writes a device's own slot of a frame. */
  public void writeSlot(long frameOffset, int device, long value) {
    bytes.set(ValueLayout.JAVA_LONG, slotOffset(frameOffset, device), value);
  }

  /** Reads a device's own slot of a frame. */
  public long readSlot(long frameOffset, int device) {
    return bytes.get(ValueLayout.JAVA_LONG, slotOffset(frameOffset, device));
  }

  /** Copies the device slots, as a copy of a page carries what devices wrote. */
  void copySlots(long fromOffset, long toOffset) {
    MemorySegment.copy(
        bytes, fromOffset + SLOTS_AT, bytes, toOffset + SLOTS_AT, DEVICE_SLOTS * (long) Long.BYTES);
  }

  private static long slotOffset(long frameOffset, int device) {
    return frameOffset + SLOTS_AT + Math.floorMod(device, DEVICE_SLOTS) * (long) Long.BYTES;
  }

  private static long seed(long spaceId, long page, long version) {
    return mix(mix(mix(spaceId) + page) + version);
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood, 2014): every bit of the input moves half. */
  private static long mix(long value) {
    long z = value + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
