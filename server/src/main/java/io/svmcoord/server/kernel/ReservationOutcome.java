package io.svmcoord.server.kernel;

/** What became of a reservation. */
public enum ReservationOutcome {
  /** Its reader came with its read_retry. */
  RETURNED,
  /** Its time ran out. */
  RAN_OUT,
  /** Its space is being released. */
  SPACE_RELEASED,
  /** There was none: the space has as many as it may. The reader got its token without. */
  NOT_MADE
}
