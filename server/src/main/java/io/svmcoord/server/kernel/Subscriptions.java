package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.range.IntervalTree;
import io.svmcoord.range.OverlapVisitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one space: an interval tree for begins, a table per session for updates.
 *
 * <p>A subscription costs its tree slot, its id (8 bytes) and its part of its session's table, and
 * no object: about 35 + 8 + 5.7 bytes, and what slack the arrays have; from a thousand or so in a
 * space and in each session, at most 64 on the way up. Confined to the coordinator's thread.
 */
final class Subscriptions {
  private static final int CAPACITY_MIN = 16;

  /** Up to so many own subscriptions are compared one by one; above, the tree is asked. */
  private static final int SCAN_MAX = 64;

  private final IntervalTree tree = new IntervalTree();
  private long[] ids = new long[tree.slotBound()];
  private final List<@Nullable Membership> members = new ArrayList<>();
  private final ArrayList<Integer> freeIndexes = new ArrayList<>();

  /** Kept, so that a capture makes no object. */
  private final OverlapVisitor capturer = this::captureOne;

  private long stamp;
  private @Nullable Membership[] captured = new @Nullable Membership[CAPACITY_MIN];
  private int capturedCount;
  private @Nullable Session skipped;

  int size() {
    return tree.size();
  }

  /** Bytes of heap that the arrays of the space and of all its members take. O(members). */
  long memoryBytes() {
    long bytes = tree.memoryBytes() + (long) Long.BYTES * ids.length;
    for (Membership member : members()) {
      bytes += member.slots.memoryBytes();
    }
    return bytes;
  }

  /** Makes a member of the space. */
  void join(Membership member) {
    if (freeIndexes.isEmpty()) {
      member.index = members.size();
      members.add(member);
    } else {
      member.index = freeIndexes.removeLast();
      members.set(member.index, member);
    }
  }

  /** Removes a member and all its subscriptions. */
  void leave(Membership member) {
    for (int i = 0; i < member.slots.capacity(); i++) {
      int slot = member.slots.slotAt(i);
      if (slot != SlotTable.NONE) {
        tree.remove(slot);
      }
    }
    member.session.subscriptions -= member.slots.size();
    member.slots.clear();
    fitIds();
    members.set(member.index, null);
    freeIndexes.add(member.index);
  }

  /** All members, also those without subscriptions. */
  List<Membership> members() {
    List<Membership> all = new ArrayList<>();
    for (Membership member : members) {
      if (member != null) {
        all.add(member);
      }
    }
    return all;
  }

  /** Slot of a member's subscription, or {@link SlotTable#NONE}. */
  int find(Membership member, long id) {
    return member.slots.find(id, ids);
  }

  boolean hasBounds(int slot, long first, long last) {
    return tree.first(slot) == first && tree.last(slot) == last;
  }

  /** Adds a subscription whose id the member does not have. */
  void add(Membership member, long id, long first, long last) {
    int slot = tree.insert(first, last, member.index);
    fitIds();
    ids[slot] = id;
    member.slots.add(slot, ids);
    member.session.subscriptions++;
  }

  /** Removes a subscription; false if the member has none of that id. */
  boolean remove(Membership member, long id) {
    int slot = find(member, id);
    if (slot == SlotTable.NONE) {
      return false;
    }
    member.slots.remove(id, ids);
    tree.remove(slot);
    fitIds();
    member.session.subscriptions--;
    return true;
  }

  /** The ids grow and shrink with the tree's own arrays. */
  private void fitIds() {
    if (ids.length != tree.slotBound()) {
      ids = Arrays.copyOf(ids, tree.slotBound());
    }
  }

  /**
   * Collects the members that an invalidation of the ranges concerns, each once: read them with
   * {@link #captured}. O(ranges * log n + hits), allocates nothing once warm.
   *
   * @param owner a session that is left out
   * @return their number
   */
  int capture(AddressRanges ranges, @Nullable Session owner) {
    stamp++;
    capturedCount = 0;
    skipped = owner;
    for (int i = 0; i < ranges.size(); i++) {
      tree.forEachOverlap(ranges.first(i), ranges.last(i), capturer);
    }
    return capturedCount;
  }

  /** Takes a copy of what the last {@link #capture} collected, and forgets it. */
  Membership[] takeCaptured() {
    Membership[] copy = new Membership[capturedCount];
    System.arraycopy(captured, 0, copy, 0, capturedCount);
    forgetCaptured();
    return copy;
  }

  /** Lets go of what the last {@link #capture} collected. */
  void forgetCaptured() {
    Arrays.fill(captured, 0, capturedCount, null);
    capturedCount = 0;
    skipped = null;
  }

  /** The session captured at an index below the count. */
  Session captured(int index) {
    Membership member = captured[index];
    if (member == null) {
      throw new IllegalStateException(
          "index: " + index + " (expected: below " + capturedCount + ")");
    }
    return member.session;
  }

  private boolean captureOne(int slot, int memberIndex) {
    Membership member = member(memberIndex);
    if (member.captureStamp != stamp) {
      member.captureStamp = stamp;
      if (member.session != skipped) {
        if (capturedCount == captured.length) {
          captured = Arrays.copyOf(captured, capturedCount * 2);
        }
        captured[capturedCount++] = member;
      }
    }
    return true;
  }

  /**
   * Whether any subscription of the member overlaps the ranges. O(own subscriptions) up to a small
   * number of them, else O(ranges * log n + hits of others).
   */
  boolean overlaps(Membership member, AddressRanges ranges) {
    if (member.slots.size() > SCAN_MAX) {
      return overlapsByTree(member, ranges);
    }
    for (int i = 0; i < member.slots.capacity(); i++) {
      int slot = member.slots.slotAt(i);
      if (slot != SlotTable.NONE && ranges.overlaps(tree.first(slot), tree.last(slot))) {
        return true;
      }
    }
    return false;
  }

  private boolean overlapsByTree(Membership member, AddressRanges ranges) {
    for (int i = 0; i < ranges.size(); i++) {
      boolean isThrough =
          tree.forEachOverlap(
              ranges.first(i), ranges.last(i), (slot, value) -> value != member.index);
      if (!isThrough) {
        return true;
      }
    }
    return false;
  }

  /** Subscriptions that overlap a range, by ascending first address. */
  Listing<SubscriptionView> list(AddressRange range, int limit) {
    List<SubscriptionView> rows = new ArrayList<>();
    boolean isThrough =
        tree.forEachOverlap(
            range.first(),
            range.last(),
            (slot, memberIndex) -> {
              if (rows.size() == limit) {
                return false;
              }
              AddressRange found = new AddressRange(tree.first(slot), tree.last(slot));
              rows.add(new SubscriptionView(member(memberIndex).session.id, ids[slot], found));
              return true;
            });
    return new Listing<>(rows, !isThrough);
  }

  private Membership member(int index) {
    Membership member = members.get(index);
    if (member == null) {
      throw new IllegalStateException("index: " + index + " (expected: one of a member)");
    }
    return member;
  }
}
