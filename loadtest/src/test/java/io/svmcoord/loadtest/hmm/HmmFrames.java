package io.svmcoord.loadtest.hmm;

import io.svmcoord.loadtest.memory.Frames;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.loadtest.memory.SharedMemory;
import java.util.Arrays;

/**
 * Frames of a machine: system memory, and the memory of each device. One word of each frame holds
 * its content. A freed frame is poisoned and is the next to be given out, so that whoever uses it
 * through a stale entry shows.
 *
 * <p>Words may be used by anybody; everything else is confined to the machine's lock.
 */
final class HmmFrames implements AutoCloseable {
  /** Where a frame lies that is no device's. */
  static final int SYSTEM = -1;

  /** No frame. */
  static final int ABSENT = -1;

  /** What a freed frame holds. */
  static final long POISON = 0xdead_dead_dead_deadL;

  static final int SYSTEM_FRAMES = 8192;
  static final int DEVICE_FRAMES = 4096;
  private static final int WORD = 0;

  private final SharedMemory memory;
  private final MemoryGeometry geometry;
  private final Frames words;
  private final int[] users;
  private final int[][] free;
  private final int[] freeCount;
  private final int zero;

  HmmFrames(int devices) {
    int count = SYSTEM_FRAMES + devices * DEVICE_FRAMES;
    geometry = new MemoryGeometry(HmmMachine.PAGE_BYTES, 1, count, 1, HmmMachine.BASE);
    memory = SharedMemory.create(geometry);
    words = memory.frames();
    users = new int[count];
    free = new int[devices + 1][];
    freeCount = new int[devices + 1];
    for (int home = SYSTEM; home < devices; home++) {
      int size = home == SYSTEM ? SYSTEM_FRAMES : DEVICE_FRAMES;
      int first = home == SYSTEM ? 0 : SYSTEM_FRAMES + home * DEVICE_FRAMES;
      free[home + 1] = new int[size];
      Arrays.setAll(free[home + 1], i -> first + size - 1 - i);
      freeCount[home + 1] = size;
    }
    zero = allocate(SYSTEM);
  }

  /** The frame of zeros that read faults map; it has always one user more than there are pages. */
  int zero() {
    return zero;
  }

  /** Takes a frame for one user, holding zero. */
  int allocate(int home) {
    if (freeCount[home + 1] == 0) {
      throw new IllegalStateException("frames: none left of %d".formatted(home));
    }
    int frame = free[home + 1][--freeCount[home + 1]];
    users[frame] = 1;
    write(offset(frame), 0);
    return frame;
  }

  /** Takes a frame that holds what another one holds. */
  int copy(int frame, int home) {
    int copy = allocate(home);
    write(offset(copy), read(offset(frame)));
    return copy;
  }

  void share(int frame) {
    users[frame]++;
  }

  void release(int frame) {
    if (--users[frame] == 0) {
      write(offset(frame), POISON);
      int home = home(frame) + 1;
      free[home][freeCount[home]++] = frame;
    }
  }

  boolean isShared(int frame) {
    return users[frame] > 1;
  }

  /** Frames in use there. */
  int used(int home) {
    return free[home + 1].length - freeCount[home + 1];
  }

  int home(int frame) {
    return frame < SYSTEM_FRAMES ? SYSTEM : (frame - SYSTEM_FRAMES) / DEVICE_FRAMES;
  }

  /** What page lists call the frame. */
  long offset(int frame) {
    return geometry.frameOffset(frame);
  }

  int frame(long offset) {
    return Math.toIntExact((offset - geometry.frameOffset(0)) / HmmMachine.PAGE_BYTES);
  }

  long read(long offset) {
    return words.readSlot(offset, WORD);
  }

  void write(long offset, long value) {
    words.writeSlot(offset, WORD, value);
  }

  @Override
  public void close() {
    memory.close();
  }
}
