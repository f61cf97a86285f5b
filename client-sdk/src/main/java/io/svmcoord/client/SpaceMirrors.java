package io.svmcoord.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The mirrors of one address space in one session, and where its events stand. The list is
 * thread-safe, the rest confined to the session's mailbox.
 */
final class SpaceMirrors {
  final List<SubscribedMirror> mirrors = new CopyOnWriteArrayList<>();

  private boolean isKnown;
  private long epoch;
  private long lastSequence;
  private long version;

  /**
   * What was answered, or will be, to each invalidation that was told and has not ended: told again
   * after a resume, it is answered again. Bound: those that run at once, as many as the coordinator
   * lets run in one space.
   */
  private final Map<Long, EventAnswer> answers = new HashMap<>();

  /** What an event's epoch means for this session. */
  enum EpochOrder {
    /** Changes nothing (promise G5). */
    OLD,
    /** The one of the subscriptions. */
    SAME,
    /** Everything has to be dropped and subscribed again (promise G5). */
    NEW
  }

  /** A new session: the first answer or event says where the space stands. */
  void reset() {
    isKnown = false;
    lastSequence = 0;
    version = 0;
    answers.clear();
  }

  EpochOrder order(long eventEpoch) {
    if (!isKnown) {
      isKnown = true;
      epoch = eventEpoch;
    }
    int order = Long.compareUnsigned(eventEpoch, epoch);
    return order == 0 ? EpochOrder.SAME : order < 0 ? EpochOrder.OLD : EpochOrder.NEW;
  }

  /** Whether an answer or event has said where the space stands. */
  boolean isKnown() {
    return isKnown;
  }

  long epoch() {
    return epoch;
  }

  /** Sequence of the last begin that was handled; 0 for none. */
  long lastSequence() {
    return lastSequence;
  }

  /** Version of the set of subscriptions that was told last. */
  long version() {
    return version;
  }

  /** An update took effect. */
  void updated(long newVersion) {
    version = newVersion;
  }

  /**
   * Begins of one space come in the order of their sequences (promise G7).
   *
   * @throws IllegalStateException if this one does not: then something is missing, and only
   *     dropping everything is safe
   */
  void begin(long sequence) {
    if (Long.compareUnsigned(sequence, lastSequence) <= 0) {
      throw outOfOrder(sequence, "above");
    }
    lastSequence = sequence;
  }

  private IllegalStateException outOfOrder(long sequence, String expected) {
    return new IllegalStateException(
        "sequence: %s (expected: %s %s)"
            .formatted(
                Long.toUnsignedString(sequence), expected, Long.toUnsignedString(lastSequence)));
  }

  /** How an invalidation is answered. */
  void answered(long sequence, EventAnswer answer) {
    answers.put(sequence, answer);
  }

  /** How an invalidation was answered that was told before and has not ended; null if it wasn't. */
  @Nullable EventAnswer answer(long sequence) {
    return answers.get(sequence);
  }

  /** An invalidation ended: it is not told again. */
  void ended(long sequence) {
    answers.remove(sequence);
  }

  /**
   * A baseline stood for begins that waited too long.
   *
   * @param sequence the sequence of the baseline; later begins have a higher one
   * @param running the invalidations that have not ended
   * @param answer how those of them are answered that were not told before
   * @throws IllegalStateException if the sequence goes back
   */
  void caughtUp(long sequence, Set<Long> running, EventAnswer answer) {
    if (Long.compareUnsigned(sequence, lastSequence) < 0) {
      throw outOfOrder(sequence, "at least");
    }
    lastSequence = sequence;
    answers.keySet().retainAll(running);
    running.forEach(one -> answers.putIfAbsent(one, answer));
  }

  /**
   * The session goes on over another stream.
   *
   * @param running the invalidations that have not ended
   * @param isResync whether what is told from now on begins anew
   */
  void resumed(Set<Long> running, boolean isResync) {
    if (isResync) {
      lastSequence = 0;
      answers.clear();
    } else {
      answers.keySet().retainAll(running);
    }
  }
}
