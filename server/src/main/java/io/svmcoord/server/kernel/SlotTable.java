package io.svmcoord.server.kernel;

/**
 * Finds the tree slot of a subscription by its id: a hash table of slots alone, whose ids stand in
 * an array of the owner, indexed by slot.
 *
 * <p>Linear probing with removal by shifting back, as in {@link LongMap}. At most seven tenths full,
 * and grows by half: 5.7 to 8.6 bytes a slot on the way up. Below a tenth it shrinks, so that going
 * through all places stays in proportion to the slots that are in. Confined to its owner.
 */
final class SlotTable {
  /** No slot. */
  static final int NONE = -1;

  private static final int CAPACITY_MIN = 4;

  /** Of ten places, so many are taken at most. */
  private static final int TAKEN_OF_TEN_MAX = 7;

  /** Fewer slots than one in so many places: it shrinks. */
  private static final int SHRINK_BELOW_ONE_IN = 10;

  /** Slot plus one; 0 is a free place. */
  private int[] places = new int[CAPACITY_MIN];

  private int size;

  int size() {
    return size;
  }

  /** Bytes of heap that the places take. */
  long memoryBytes() {
    return (long) Integer.BYTES * places.length;
  }

  /** Number of places that {@link #slotAt} can be asked for. */
  int capacity() {
    return places.length;
  }

  /** The slot at a place, or {@link #NONE}; for going through all, in no order. */
  int slotAt(int place) {
    return places[place] - 1;
  }

  /** The slot of an id, or {@link #NONE}. */
  int find(long id, long[] ids) {
    return slotAt(placeOf(id, ids));
  }

  /** Adds the slot of an id that is not in; {@code ids[slot]} has to be set. */
  void add(int slot, long[] ids) {
    if (10L * (size + 1) > (long) TAKEN_OF_TEN_MAX * places.length) {
      resize(places.length + (places.length >> 1), ids);
    }
    places[placeOf(ids[slot], ids)] = slot + 1;
    size++;
  }

  /** Removes the slot of an id that is in; {@code ids} still has to hold it. */
  void remove(long id, long[] ids) {
    int hole = placeOf(id, ids);
    places[hole] = 0;
    size--;
    for (int place = after(hole); places[place] != 0; place = after(place)) {
      int home = home(ids[places[place] - 1]);
      // Moves back unless its home lies cyclically within (hole, place].
      if (distance(home, place) >= distance(hole, place)) {
        places[hole] = places[place];
        places[place] = 0;
        hole = place;
      }
    }
    if (places.length > CAPACITY_MIN && size < places.length / SHRINK_BELOW_ONE_IN) {
      resize(Math.max(CAPACITY_MIN, 2 * size), ids);
    }
  }

  void clear() {
    places = new int[CAPACITY_MIN];
    size = 0;
  }

  private int placeOf(long id, long[] ids) {
    int place = home(id);
    while (places[place] != 0 && ids[places[place] - 1] != id) {
      place = after(place);
    }
    return place;
  }

  private int after(int place) {
    return place + 1 == places.length ? 0 : place + 1;
  }

  /** Steps from one place on to another, around the end. */
  private int distance(int from, int to) {
    return to >= from ? to - from : to - from + places.length;
  }

  /** The hash as a fraction of 2^32, of all places: their number need not be a power of two. */
  private int home(long id) {
    return (int) ((Integer.toUnsignedLong(LongMap.spread(id)) * places.length) >>> Integer.SIZE);
  }

  private void resize(int capacity, long[] ids) {
    int[] old = places;
    places = new int[capacity];
    for (int place : old) {
      if (place != 0) {
        places[placeOf(ids[place - 1], ids)] = place;
      }
    }
  }
}
