package io.svmcoord.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The mirrors of one address space in one session, and where its events stand. The list is
 * thread-safe, the rest confined to the session's mailbox.
 */
final class SpaceMirrors {
  final List<SubscribedMirror> mirrors = new CopyOnWriteArrayList<>();

  private boolean isKnown;
  private long epoch;
  private long lastSequence;

  /** What an event's epoch means for this session. */
  enum EpochOrder {
    /** Changes nothing (promise G5). */
    OLD,
    /** The one of the subscriptions. */
    SAME,
    /** Everything has to be dropped and subscribed again (promise G5). */
    NEW
  }

  /** A new stream: the first answer or event says where the space stands. */
  void reset() {
    isKnown = false;
    lastSequence = 0;
  }

  EpochOrder order(long eventEpoch) {
    if (!isKnown) {
      isKnown = true;
      epoch = eventEpoch;
    }
    int order = Long.compareUnsigned(eventEpoch, epoch);
    return order == 0 ? EpochOrder.SAME : order < 0 ? EpochOrder.OLD : EpochOrder.NEW;
  }

  /**
   * Begins of one space come in the order of their sequences (promise G7).
   *
   * @throws IllegalStateException if this one does not: then something is missing, and only
   *     dropping everything is safe
   */
  void begin(long sequence) {
    if (Long.compareUnsigned(sequence, lastSequence) <= 0) {
      throw new IllegalStateException(
          "sequence: %s (expected: above %s)"
              .formatted(Long.toUnsignedString(sequence), Long.toUnsignedString(lastSequence)));
    }
    lastSequence = sequence;
  }
}
