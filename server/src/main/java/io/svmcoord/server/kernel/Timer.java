package io.svmcoord.server.kernel;

/**
 * Something that {@link Deadlines} can hold, once. The two fields are the heap's own: an entry
 * costs no object. Confined to the coordinator's thread.
 */
abstract sealed class Timer
    permits Session, RunningInvalidation, Grace, Reservation, PostponedBegin {
  /** Index of a timer that is not armed. */
  static final int UNARMED = -1;

  /** When it is due; valid while armed. */
  long dueNanos;

  /** Place in the heap, or {@link #UNARMED}. */
  int heapIndex = UNARMED;
}
