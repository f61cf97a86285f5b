package io.svmcoord.server.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A map from {@code long} to objects without boxes: open addressing, linear probing, at most half
 * full; a removal shifts back what followed, so there are no tombstones and lookups stay short.
 *
 * <p>Expected O(1) per call; allocates only to grow. Confined to its owner.
 */
final class LongMap<V> {
  private static final int CAPACITY_MIN = 4;

  private long[] keys = new long[CAPACITY_MIN];
  private @Nullable Object[] values = new @Nullable Object[CAPACITY_MIN];
  private int size;

  int size() {
    return size;
  }

  /** Number of places that {@link #valueAt} can be asked for. */
  int capacity() {
    return values.length;
  }

  /** The value at a place, null if it is free; for going through all, in no order. */
  @SuppressWarnings("unchecked") // Only values of type V are ever stored.
  @Nullable V valueAt(int place) {
    return (V) values[place];
  }

  @Nullable V get(long key) {
    return valueAt(find(key));
  }

  /** Adds a mapping for a key that has none. */
  void put(long key, V value) {
    if (2 * (size + 1) > values.length) {
      resize(values.length * 2);
    }
    int place = find(key);
    if (values[place] != null) {
      throw new IllegalArgumentException("key: " + key + " (expected: one that is not mapped)");
    }
    keys[place] = key;
    values[place] = value;
    size++;
  }

  /** Removes the mapping of a key, if there is one. */
  void remove(long key) {
    int hole = find(key);
    if (values[hole] == null) {
      return;
    }
    size--;
    int mask = values.length - 1;
    values[hole] = null;
    for (int place = (hole + 1) & mask; values[place] != null; place = (place + 1) & mask) {
      int home = home(keys[place]);
      // Moves back unless its home lies cyclically within (hole, place].
      if (((place - home) & mask) >= ((place - hole) & mask)) {
        keys[hole] = keys[place];
        values[hole] = values[place];
        values[place] = null;
        hole = place;
      }
    }
  }

  private int find(long key) {
    int mask = values.length - 1;
    int place = home(key);
    while (values[place] != null && keys[place] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private int home(long key) {
    return spread(key) & (values.length - 1);
  }

  /** Mixes all bits into the low ones (Fibonacci hashing): ids and sequences are consecutive. */
  static int spread(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed ^ (mixed >>> 32));
  }

  private void resize(int capacity) {
    long[] oldKeys = keys;
    @Nullable Object[] oldValues = values;
    keys = new long[capacity];
    values = new @Nullable Object[capacity];
    for (int i = 0; i < oldValues.length; i++) {
      if (oldValues[i] != null) {
        int place = find(oldKeys[i]);
        keys[place] = oldKeys[i];
        values[place] = oldValues[i];
      }
    }
  }
}
