package io.svmcoord.server.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All timers, ordered by when they are due: a binary heap in which each timer knows its place.
 *
 * <p>Arming, moving and disarming are O(log n) and allocate nothing once the array has grown. A
 * session has one timer for its lease and all its ack deadlines: it may fire early, is asked again,
 * and armed anew; so heartbeats and acks don't touch the heap, and begins only when their deadline
 * is the session's next. Times are compared by difference. Confined to the coordinator's thread.
 */
final class Deadlines {
  private static final int CAPACITY_MIN = 16;

  private @Nullable Timer[] heap = new @Nullable Timer[CAPACITY_MIN];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  /** Due time of the first timer; there must be one. */
  long firstDueNanos() {
    return at(0).dueNanos;
  }

  /** Takes the first timer out if it is due; else null. */
  @Nullable Timer pollDue(long nowNanos) {
    if (size == 0 || nowNanos - at(0).dueNanos < 0) {
      return null;
    }
    Timer first = at(0);
    disarm(first);
    return first;
  }

  /** Arms a timer, or moves it earlier or later. */
  void arm(Timer timer, long dueNanos) {
    timer.dueNanos = dueNanos;
    if (timer.heapIndex == Timer.UNARMED) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
      }
      place(timer, size++);
    }
    siftUp(timer);
    siftDown(timer);
  }

  /** Arms a timer if it is not armed or due later than that. */
  void armNoLater(Timer timer, long dueNanos) {
    if (timer.heapIndex == Timer.UNARMED || dueNanos - timer.dueNanos < 0) {
      arm(timer, dueNanos);
    }
  }

  /** Takes a timer out, if it is in. */
  void disarm(Timer timer) {
    int hole = timer.heapIndex;
    if (hole == Timer.UNARMED) {
      return;
    }
    timer.heapIndex = Timer.UNARMED;
    Timer moved = at(--size);
    heap[size] = null;
    if (moved != timer) {
      place(moved, hole);
      siftUp(moved);
      siftDown(moved);
    }
  }

  private void siftUp(Timer timer) {
    int index = timer.heapIndex;
    while (index > 0) {
      Timer parent = at((index - 1) >>> 1);
      if (timer.dueNanos - parent.dueNanos >= 0) {
        break;
      }
      int up = parent.heapIndex;
      place(parent, index);
      index = up;
    }
    place(timer, index);
  }

  private void siftDown(Timer timer) {
    int index = timer.heapIndex;
    while (2 * index + 1 < size) {
      Timer child = at(2 * index + 1);
      if (2 * index + 2 < size && at(2 * index + 2).dueNanos - child.dueNanos < 0) {
        child = at(2 * index + 2);
      }
      if (child.dueNanos - timer.dueNanos >= 0) {
        break;
      }
      int down = child.heapIndex;
      place(child, index);
      index = down;
    }
    place(timer, index);
  }

  private void place(Timer timer, int index) {
    heap[index] = timer;
    timer.heapIndex = index;
  }

  private Timer at(int index) {
    Timer timer = heap[index];
    if (timer == null) {
      throw new IllegalStateException("index: " + index + " (expected: below size " + size + ")");
    }
    return timer;
  }
}
