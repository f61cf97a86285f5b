package io.svmcoord.server.service;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The open members of a gateway by number. Numbers only grow, and messages name them ascending: the
 * next one asked for is mostly the neighbour of the last. Confined to the gateway's loop.
 */
final class Members {
  private static final int CAPACITY_MIN = 8;

  private MemberCall[] members = new MemberCall[CAPACITY_MIN];
  private int count;

  /** Where the last one was found. */
  private int found;

  int size() {
    return count;
  }

  /** Adds one whose number is above all that were ever added. */
  void add(MemberCall member) {
    if (count == members.length) {
      members = Arrays.copyOf(members, 2 * count);
    }
    members[count++] = member;
  }

  /** The open member of a number; null if there is none. */
  @Nullable MemberCall find(int number) {
    for (int next = found; next <= found + 1 && next < count; next++) {
      if (members[next].number() == number) {
        found = next;
        return members[next];
      }
    }
    int index = indexOf(number);
    if (index < 0) {
      return null;
    }
    found = index;
    return members[index];
  }

  private int indexOf(int number) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Integer.compareUnsigned(members[middle].number(), number);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** Removes a member; whether it was there. */
  boolean remove(MemberCall member) {
    int index = indexOf(member.number());
    if (index < 0) {
      return false;
    }
    count--;
    System.arraycopy(members, index + 1, members, index, count - index);
    clear(count);
    return true;
  }

  @SuppressWarnings("NullAway") // Beyond count there is nothing.
  private void clear(int index) {
    members[index] = null;
  }

  /** Removes all; they are returned in the order of their numbers. */
  MemberCall[] removeAll() {
    MemberCall[] all = snapshot();
    members = new MemberCall[CAPACITY_MIN];
    count = 0;
    found = 0;
    return all;
  }

  /** The members as they are now, in the order of their numbers. */
  MemberCall[] snapshot() {
    return Arrays.copyOf(members, count);
  }
}
