package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import io.svmcoord.range.IntervalTree;
import io.svmcoord.range.OverlapVisitor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Things that have ranges, found by overlap.
 *
 * <p>Add, remove and the search for one are O(ranges * log n) for n ranges of all. Its user bounds
 * it. Confined to the coordinator's thread.
 *
 * @param <T> the things; one may be added once
 */
final class OverlapIndex<T> {
  private final IntervalTree tree = new IntervalTree();
  private final ArrayList<@Nullable T> byIndex = new ArrayList<>();
  private final ArrayList<int[]> treeSlots = new ArrayList<>();
  private final ArrayList<Integer> freeIndexes = new ArrayList<>();
  private int foundIndex;

  /** Kept, so that a search makes no object. */
  private final OverlapVisitor findOne =
      (slot, index) -> {
        foundIndex = index;
        return false;
      };

  int size() {
    return byIndex.size() - freeIndexes.size();
  }

  /** Adds a thing; returns its index, by which it is removed. */
  int add(T added, AddressRanges ranges) {
    int index;
    if (freeIndexes.isEmpty()) {
      index = byIndex.size();
      byIndex.add(added);
      treeSlots.add(new int[0]);
    } else {
      index = freeIndexes.removeLast();
      byIndex.set(index, added);
    }
    int[] slots = new int[ranges.size()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = tree.insert(ranges.first(i), ranges.last(i), index);
    }
    treeSlots.set(index, slots);
    return index;
  }

  /** Removes the thing that was added with this index. */
  void remove(int index) {
    byIndex.set(index, null);
    freeIndexes.add(index);
    for (int slot : treeSlots.get(index)) {
      tree.remove(slot);
    }
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
    List<T> all = new ArrayList<>(size());
    for (@Nullable T one : byIndex) {
      if (one != null) {
        all.add(one);
      }
    }
    return all;
  }

  private T at(int index) {
    T found = byIndex.get(index);
    if (found == null) {
      throw new IllegalStateException("index: " + index + " (expected: one that is in)");
    }
    return found;
  }
}
