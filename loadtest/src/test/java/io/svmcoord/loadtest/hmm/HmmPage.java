package io.svmcoord.loadtest.hmm;

import java.util.Optional;

/** One page of a process: what may be done with it, and what is there. Confined to the lock. */
final class HmmPage {
  /** What the mapping allows. */
  enum Protection {
    NONE,
    READ,
    READ_WRITE
  }

  /** Exclusive to no device. */
  static final int NOBODY = -1;

  final Optional<HmmObject> object;
  final int index;
  final boolean isHugeAllowed;
  Protection protection;
  int frame = HmmFrames.ABSENT;
  boolean isWritable;
  int order;
  int exclusiveTo = NOBODY;
  boolean isAwaited;
  boolean isAnnounced;

  HmmPage(Protection protection, Optional<HmmObject> object, int index, boolean isHugeAllowed) {
    this.protection = protection;
    this.object = object;
    this.index = index;
    this.isHugeAllowed = isHugeAllowed;
  }

  boolean isPresent() {
    return frame != HmmFrames.ABSENT;
  }

  /** The same mapping, with nothing there. */
  HmmPage emptied() {
    return new HmmPage(protection, object, index, isHugeAllowed);
  }

  /** The same, for another process; the frame has one more user. */
  HmmPage forked(HmmFrames frames) {
    HmmPage child = emptied();
    if (isPresent()) {
      frames.share(frame);
      child.frame = frame;
      child.isWritable = isWritable;
      child.order = order;
    }
    return child;
  }
}
