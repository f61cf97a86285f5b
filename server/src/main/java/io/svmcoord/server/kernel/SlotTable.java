package io.svmcoord.server.kernel;

/**
 * Finds the tree slot of a subscription by its id: a hash table of slots alone, whose ids stand in
 * an array of the owner, indexed by slot. 4 bytes a place, at most half full.
 *
 * <p>Linear probing with removal by shifting back, as in {@link LongMap}. Confined to its owner.
 */
final class SlotTable {
  /** No slot. */
  static final int NONE = -1;

  private static final int CAPACITY_MIN = 4;

  /** Slot plus one; 0 is a free place. */
  private int[] places = new int[CAPACITY_MIN];

  private int size;

  int size() {
    return size;
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
    if (2 * (size + 1) > places.length) {
      resize(ids);
    }
    places[placeOf(ids[slot], ids)] = slot + 1;
    size++;
  }

  /** Removes the slot of an id that is in; {@code ids} still has to hold it. */
  void remove(long id, long[] ids) {
    int mask = places.length - 1;
    int hole = placeOf(id, ids);
    places[hole] = 0;
    size--;
    for (int place = (hole + 1) & mask; places[place] != 0; place = (place + 1) & mask) {
      int home = home(ids[places[place] - 1]);
      if (((place - home) & mask) >= ((place - hole) & mask)) {
        places[hole] = places[place];
        places[place] = 0;
        hole = place;
      }
    }
  }

  void clear() {
    places = new int[CAPACITY_MIN];
    size = 0;
  }

  private int placeOf(long id, long[] ids) {
    int place = home(id);
    while (places[place] != 0 && ids[places[place] - 1] != id) {
      place = (place + 1) & (places.length - 1);
    }
    return place;
  }

  private int home(long id) {
    return LongMap.spread(id) & (places.length - 1);
  }

  private void resize(long[] ids) {
    int[] old = places;
    places = new int[old.length * 2];
    for (int place : old) {
      if (place != 0) {
        places[placeOf(ids[place - 1], ids)] = place;
      }
    }
  }
}
