package io.svmcoord.server.service;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a stream is behind with: by space the ranges that changed, in place of the events that said
 * so. Its memory is bounded by the number of spaces of its session, however many events there were.
 * Confined to the stream's loop.
 */
final class Lag {
  /** What one space counts as, in bytes, beside its ranges. */
  static final int SPACE_BYTES = 256;

  private final Map<Long, ChangedRanges> spaces = new LinkedHashMap<>();
  private int bytes;

  /** Whether no space is behind. */
  boolean isEmpty() {
    return spaces.isEmpty();
  }

  /** Whether events of a space have to go here, because earlier ones are here. */
  boolean has(long spaceId) {
    return spaces.containsKey(spaceId);
  }

  /** Number of spaces. */
  int size() {
    return spaces.size();
  }

  /** What it counts as in memory. */
  int sizeBytes() {
    return bytes;
  }

  /** Takes an event in. */
  void add(Change change) {
    ChangedRanges changed = spaces.get(change.spaceId());
    if (changed == null) {
      changed = new ChangedRanges();
      spaces.put(change.spaceId(), changed);
      bytes += SPACE_BYTES;
    }
    bytes -= changed.sizeBytes();
    changed.add(change);
    bytes += changed.sizeBytes();
  }

  /** Keeps no ranges any more: everything changed in each of the spaces. */
  void coarsen() {
    spaces.values().forEach(ChangedRanges::addEverything);
    bytes = spaces.size() * SPACE_BYTES;
  }

  /** The spaces that have been behind for longest. */
  long[] oldest(int max) {
    long[] ids = new long[Math.min(max, spaces.size())];
    Iterator<Long> each = spaces.keySet().iterator();
    for (int i = 0; i < ids.length; i++) {
      ids[i] = each.next();
    }
    return ids;
  }

  /** Takes out what is to be told of a space; null if it is not behind. */
  @Nullable Change remove(long spaceId) {
    ChangedRanges changed = spaces.remove(spaceId);
    if (changed == null) {
      return null;
    }
    bytes -= SPACE_BYTES + changed.sizeBytes();
    return changed.of(spaceId);
  }
}
