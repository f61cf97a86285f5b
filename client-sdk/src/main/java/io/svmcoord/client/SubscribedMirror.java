package io.svmcoord.client;

import com.google.protobuf.ByteString;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A mirror and its subscriptions: one for each of its ranges. Confined to {@link #updates}, which
 * is held while an update is under way, but for {@link #mirror}.
 */
final class SubscribedMirror {
  final MirrorCore mirror;

  /** One update at a time. */
  final ReentrantLock updates = new ReentrantLock();

  /** Subscription id to what it subscribes; disjoint ranges. */
  private volatile TreeMap<Long, AddressRange> subscriptions = new TreeMap<>();

  /** A change of the subscriptions, worked out but not made. */
  record Change(
      TreeMap<Long, AddressRange> after,
      List<Long> removedIds,
      List<AddressRange> removed,
      TreeMap<Long, AddressRange> added) {
    boolean isNothing() {
      return removedIds.isEmpty() && added.isEmpty();
    }

    AddressRanges now() {
      return AddressRanges.of(after.values());
    }
  }

  /** Gives ids that are unique in the session. */
  @FunctionalInterface
  interface Ids {
    /** The next one. */
    long next();
  }

  /** The coordinator's memory in which the space has its id. */
  private final ByteString incarnation;

  SubscribedMirror(MirrorCore mirror, ByteString incarnation) {
    this.mirror = mirror;
    this.incarnation = incarnation;
  }

  /**
   * Whether an incarnation of the coordinator knows the space. Another one gives the same ids to
   * other spaces (promise G5).
   */
  boolean isKnownTo(ByteString other) {
    return incarnation.equals(other);
  }

  /**
   * What would change: a subscription that loses a part is removed, and its rest is added anew.
   *
   * @throws IllegalArgumentException if nothing would be left, or too much
   */
  Change change(Collection<AddressRange> remove, Collection<AddressRange> add, Ids ids) {
    TreeMap<Long, AddressRange> after = new TreeMap<>(subscriptions);
    List<Long> removedIds = new ArrayList<>();
    List<AddressRange> removed = new ArrayList<>();
    TreeMap<Long, AddressRange> added = new TreeMap<>();
    subscriptions.forEach(
        (id, range) -> {
          if (remove.stream().anyMatch(range::overlaps)) {
            after.remove(id);
            removedIds.add(id);
            removed.add(range);
            without(AddressRanges.of(range), remove)
                .ifPresent(rest -> rest.toList().forEach(part -> added.put(ids.next(), part)));
          }
        });
    if (!add.isEmpty()) {
      // What is mirrored already, and stays, is not added twice.
      Collection<AddressRange> have = new ArrayList<>(after.values());
      have.addAll(added.values());
      without(AddressRanges.of(add), have)
          .ifPresent(rest -> rest.toList().forEach(part -> added.put(ids.next(), part)));
    }
    after.putAll(added);
    requireCount(after.size());
    return new Change(after, removedIds, removed, added);
  }

  private static void requireCount(int count) {
    if (count < 1 || count > Mirror.RANGES_MAX) {
      throw new IllegalArgumentException(
          "ranges: %d afterwards (expected: 1 to %d; to mirror nothing, close the mirror)"
              .formatted(count, Mirror.RANGES_MAX));
    }
  }

  private static Optional<AddressRanges> without(
      AddressRanges all, Collection<AddressRange> holes) {
    Optional<AddressRanges> rest = Optional.of(all);
    for (AddressRange hole : holes) {
      if (rest.isEmpty()) {
        break;
      }
      rest = rest.get().subtract(hole);
    }
    return rest;
  }

  /** The coordinator made the change. */
  void made(Change change) {
    subscriptions = change.after();
  }

  /** Every subscription goes. */
  Change nothing() {
    return new Change(
        new TreeMap<>(),
        List.copyOf(subscriptions.keySet()),
        List.copyOf(subscriptions.values()),
        new TreeMap<>());
  }

  /** The same ranges under new ids, for a new session. */
  Change again(List<AddressRange> ranges, Ids ids) {
    TreeMap<Long, AddressRange> all = new TreeMap<>();
    ranges.forEach(range -> all.put(ids.next(), range));
    return new Change(all, List.of(), List.of(), all);
  }
}
