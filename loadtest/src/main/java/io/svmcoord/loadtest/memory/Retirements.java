package io.svmcoord.loadtest.memory;

/**
 * When each version of each page stopped being the page: what a device's read is judged by. Written
 * by the host only, under its lock, so that each ring has one writer; read by everybody.
 *
 * <p>Thread-safe: single writer, many readers.
 *
 * <p>Implementation. Per space slot and page a ring of the last {@value #RING_ENTRIES} (version,
 * time) pairs and a count that is written last, with release; a reader that finds the count changed
 * looks again, and never uses the oldest entry, which the next record overwrites. Versions come
 * from one counter of the host, so that they grow within a ring (I1) and are never used again (I2).
 *
 * <p>Order of publication: a begin returned OK; the host takes the time; it records (version,
 * time); only then it changes the mapping or the frame.
 *
 * <ul>
 *   <li>No false positives. A read is called stale only if it began later than the recorded time.
 *       That time lies after the begin's OK, and from then on no device may use the page: also
 *       before the host has changed anything.
 *   <li>Two small windows of false negatives. A read that began between the coordinator's OK and
 *       the host's taking of the time passes, and so does one whose judge looks before the record
 *       is visible. Both are as long as it takes the host's thread to get going; a read that misses
 *       them is not repeated, but a device that kept an entry too long keeps it for more than one
 *       read. A version that fell out of the ring is judged by the oldest time that is left, which
 *       again can only excuse.
 * </ul>
 */
public final class Retirements {
  /** Versions remembered per page. */
  public static final int RING_ENTRIES = 64;

  static final int RING_BYTES = 64 + RING_ENTRIES * 16;

  private static final int COUNT_AT = 0;
  private static final int ENTRIES_AT = 64;
  private static final int VERSION_AT = 0;
  private static final int TIME_AT = 8;

  private final SharedMemory memory;
  private final MemoryGeometry geometry;

  Retirements(SharedMemory memory) {
    this.memory = memory;
    this.geometry = memory.geometry();
  }

  /**
   * Whether a version of a page was retired before a time.
   *
   * @param slot the space's slot
   * @param atNanos System.nanoTime of any process of this machine
   */
  public boolean isRetiredBefore(int slot, int page, long version, long atNanos) {
    long ring = geometry.retirementsOffset(slot, page);
    while (true) {
      long count = memory.acquire(ring + COUNT_AT);
      boolean isRetired = search(ring, count, version, atNanos);
      if (memory.acquire(ring + COUNT_AT) == count) {
        return isRetired;
      }
    }
  }

  /** Number of versions of a page that were retired. */
  public long count(int slot, int page) {
    return memory.acquire(geometry.retirementsOffset(slot, page) + COUNT_AT);
  }

  /** Retires a version. Only the host, under its lock, before it changes mapping or frame. */
  void record(int slot, int page, long version, long nowNanos) {
    long ring = geometry.retirementsOffset(slot, page);
    long count = memory.plain(ring + COUNT_AT);
    long entry = entry(ring, count);
    memory.setRelease(entry + VERSION_AT, version);
    memory.setRelease(entry + TIME_AT, nowNanos);
    memory.setRelease(ring + COUNT_AT, count + 1);
  }

  /**
   * Finds the oldest remembered version that is not below the given one. It is that version, or one
   * that came after it (I1), so that its time is the version's own or a later one.
   */
  private boolean search(long ring, long count, long version, long atNanos) {
    long oldest = Math.max(0, count - (RING_ENTRIES - 1));
    boolean isRetired = false;
    for (long i = count - 1; i >= oldest; i--) {
      long entry = entry(ring, i);
      if (memory.acquire(entry + VERSION_AT) < version) {
        break;
      }
      isRetired = memory.acquire(entry + TIME_AT) - atNanos < 0;
    }
    return isRetired;
  }

  private static long entry(long ring, long index) {
    return ring + ENTRIES_AT + (index % RING_ENTRIES) * 16;
  }
}
