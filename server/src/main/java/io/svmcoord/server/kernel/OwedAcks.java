package io.svmcoord.server.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The invalidations of one space that one session owes an ack for, by ascending sequence.
 *
 * <p>Begins append, because sequences only grow; an ack finds its place by binary search and leaves
 * a hole; holes at the front are passed, others vanish when the arrays are full. Append amortised
 * O(1), take O(log n). Bound: the limits of running invalidations and unacked events; the arrays
 * don't shrink. Confined to the coordinator's thread.
 */
final class OwedAcks {
  private static final int CAPACITY_MIN = 4;

  private long[] sequences = new long[CAPACITY_MIN];
  private @Nullable RunningInvalidation[] entries = new @Nullable RunningInvalidation[CAPACITY_MIN];
  private int head;
  private int tail;
  private int size;

  int size() {
    return size;
  }

  /** First index for {@link #at}. */
  int head() {
    return head;
  }

  /** One past the last index for {@link #at}. */
  int tail() {
    return tail;
  }

  /** What is owed at an index from head to tail; null for a hole. */
  @Nullable RunningInvalidation at(int index) {
    return entries[index];
  }

  /** Adds an invalidation with a higher sequence than all before. */
  void add(RunningInvalidation invalidation) {
    if (tail == entries.length) {
      makeRoom();
    }
    sequences[tail] = invalidation.sequence();
    entries[tail++] = invalidation;
    size++;
  }

  /** The invalidation of a sequence; null if it is not owed. */
  @Nullable RunningInvalidation get(long sequence) {
    int index = find(sequence);
    return index < 0 ? null : entries[index];
  }

  /** Takes out the invalidation of a sequence; null if it is not owed. */
  @Nullable RunningInvalidation take(long sequence) {
    int index = find(sequence);
    return index < 0 ? null : takeAt(index);
  }

  /** Takes out the first invalidation if its sequence is not above {@code sequence}; else null. */
  @Nullable RunningInvalidation takeFirstUpTo(long sequence) {
    return size == 0 || sequences[head] > sequence ? null : takeAt(head);
  }

  private @Nullable RunningInvalidation takeAt(int index) {
    RunningInvalidation taken = entries[index];
    if (taken == null) {
      return null;
    }
    entries[index] = null;
    size--;
    if (size == 0) {
      head = 0;
      tail = 0;
    } else {
      // The head is never a hole while anything is owed.
      while (entries[head] == null) {
        head++;
      }
    }
    return taken;
  }

  private int find(long sequence) {
    return Arrays.binarySearch(sequences, head, tail, sequence);
  }

  private void makeRoom() {
    int capacity = 2 * size > entries.length ? 2 * entries.length : entries.length;
    long[] newSequences = new long[capacity];
    @Nullable RunningInvalidation[] newEntries = new @Nullable RunningInvalidation[capacity];
    int count = 0;
    for (int i = head; i < tail; i++) {
      if (entries[i] != null) {
        newSequences[count] = sequences[i];
        newEntries[count++] = entries[i];
      }
    }
    sequences = newSequences;
    entries = newEntries;
    head = 0;
    tail = count;
  }
}
