package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import io.svmcoord.range.IntervalTree;
import io.svmcoord.range.OverlapVisitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Things that have ranges, found by overlap.
 *
 * <p>Add, remove and the search for one are O(ranges * log n) for n ranges of all. A thing of one
 * range, as most are, makes no object. Its user bounds it. Confined to the coordinator's thread.
 *
 * @param <T> the things; one may be added once
 */
final class OverlapIndex<T> {
  private static final int CAPACITY_MIN = 4;
  private static final int NO_INDEX = -1;

  private final IntervalTree tree = new IntervalTree();
  private @Nullable Object[] byIndex = new @Nullable Object[CAPACITY_MIN];

  /** Slot in the tree of a thing's first range; where there is no thing, the next such index. */
  private int[] firstSlots = new int[CAPACITY_MIN];

  /** Slots of a thing's other ranges; null if it has none. */
  private int[] @Nullable [] otherSlots = new int[CAPACITY_MIN] @Nullable [];

  private int firstFree = NO_INDEX;
  private int indexes;
  private int size;
  private int foundIndex;

  /** Kept, so that a search makes no object. */
  private final OverlapVisitor findOne =
      (slot, index) -> {
        foundIndex = index;
        return false;
      };

  int size() {
    return size;
  }

  /** Adds a thing; returns its index, by which it is removed. */
  int add(T added, AddressRanges ranges) {
    int index = takeIndex();
    byIndex[index] = added;
    firstSlots[index] = tree.insert(ranges.first(0), ranges.last(0), index);
    if (ranges.size() > 1) {
      int[] others = new int[ranges.size() - 1];
      for (int i = 0; i < others.length; i++) {
        others[i] = tree.insert(ranges.first(i + 1), ranges.last(i + 1), index);
      }
      otherSlots[index] = others;
    }
    size++;
    return index;
  }

  private int takeIndex() {
    int index = firstFree;
    if (index != NO_INDEX) {
      firstFree = firstSlots[index];
      return index;
    }
    if (indexes == byIndex.length) {
      byIndex = Arrays.copyOf(byIndex, 2 * indexes);
      firstSlots = Arrays.copyOf(firstSlots, 2 * indexes);
      otherSlots = Arrays.copyOf(otherSlots, 2 * indexes);
    }
    return indexes++;
  }

  /** Removes the thing that was added with this index. */
  void remove(int index) {
    tree.remove(firstSlots[index]);
    int[] others = otherSlots[index];
    if (others != null) {
      for (int slot : others) {
        tree.remove(slot);
      }
      otherSlots[index] = null;
    }
    byIndex[index] = null;
    firstSlots[index] = firstFree;
    firstFree = index;
    size--;
  }

  /** Any that overlaps the ranges; null if there is none. */
  @Nullable T any(AddressRanges ranges) {
    if (size() == 0) {
      return null;
    }
    for (int i = 0; i < ranges.size(); i++) {
      if (!tree.forEachOverlap(ranges.first(i), ranges.last(i), findOne)) {
        return at(foundIndex);
      }
    }
    return null;
  }

  /** Each that overlaps the ranges, once for each of the two ranges that do. */
  void forEach(AddressRanges ranges, Consumer<T> visitor) {
    for (int i = 0; i < ranges.size(); i++) {
      tree.forEachOverlap(
          ranges.first(i),
          ranges.last(i),
          (slot, index) -> {
            visitor.accept(at(index));
            return true;
          });
    }
  }

  /** All, in no order. */
  List<T> all() {
    List<T> all = new ArrayList<>(size);
    for (int index = 0; index < indexes; index++) {
      if (byIndex[index] != null) {
        all.add(at(index));
      }
    }
    return all;
  }

  @SuppressWarnings("unchecked") // Only things of type T are ever stored.
  private T at(int index) {
    T found = (T) byIndex[index];
    if (found == null) {
      throw new IllegalStateException("index: " + index + " (expected: one that is in)");
    }
    return found;
  }
}
