package io.svmcoord.loadtest.memory;

/**
 * Gives out frames, the one freed last first: a freed frame is reused at once, which is what makes
 * a stale entry show. Frames are counted, because a fork shares them.
 *
 * <p>Confined to the host's page table lock.
 */
final class FrameAllocator {
  private final int[] free;
  private final int[] users;
  private int freeCount;

  FrameAllocator(int frames) {
    free = new int[frames];
    users = new int[frames];
    freeCount = frames;
    for (int i = 0; i < frames; i++) {
      free[i] = frames - 1 - i;
    }
  }

  /**
   * Takes a frame for one user.
   *
   * @throws IllegalStateException if none is left
   */
  int allocate() {
    if (freeCount == 0) {
      throw new IllegalStateException(
          "frames: all %d in use (expected: one for each page of each space)"
              .formatted(users.length));
    }
    int frame = free[--freeCount];
    users[frame] = 1;
    return frame;
  }

  /** Adds a user. */
  void share(int frame) {
    requireUsed(frame);
    users[frame]++;
  }

  /** Takes a user away; the last one frees the frame. */
  void release(int frame) {
    requireUsed(frame);
    if (--users[frame] == 0) {
      free[freeCount++] = frame;
    }
  }

  /** Whether more than one page uses the frame. */
  boolean isShared(int frame) {
    return users[frame] > 1;
  }

  /** Frames that nobody uses. */
  int freeCount() {
    return freeCount;
  }

  private void requireUsed(int frame) {
    if (users[frame] == 0) {
      throw new IllegalStateException("frame: %d is free (expected: in use)".formatted(frame));
    }
  }
}
