package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.List;

/**
 * A reader's: begins that overlap its ranges are postponed as long as it is in. As a {@link Timer}
 * it is armed all its life. Confined to the coordinator's thread.
 */
final class Reservation extends Timer {
  final long id;
  final AddressSpace space;
  final AddressRanges ranges;

  /** Begins that wait for its end first, in no order. */
  List<PostponedBegin> parked = List.of();

  /** Its place in the space's index. */
  int index;

  Reservation(long id, AddressSpace space, AddressRanges ranges) {
    this.id = id;
    this.space = space;
    this.ranges = ranges;
  }

  void park(PostponedBegin begin) {
    if (parked.isEmpty()) {
      parked = new ArrayList<>();
    }
    begin.blocker = this;
    begin.parkedIndex = parked.size();
    parked.add(begin);
  }

  void unpark(PostponedBegin begin) {
    PostponedBegin last = parked.removeLast();
    if (last != begin) {
      parked.set(begin.parkedIndex, last);
      last.parkedIndex = begin.parkedIndex;
    }
    begin.blocker = null;
  }
}
