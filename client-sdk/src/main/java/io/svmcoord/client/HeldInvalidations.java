package io.svmcoord.client;

/**
 * How many invalidations of one host session are held, so that its host can say that it changes no
 * mapping any more under that session (promise G10). Thread-safe, never blocks.
 *
 * <p>Invariant: once it has said so, none is held again. An answer to a begin that arrives
 * meanwhile, from a stream that is on its way out, is not given to anybody: the coordinator ends it
 * with the session.
 */
final class HeldInvalidations {
  private int held;
  private boolean isGivenUp;

  /** One was begun; false if nobody may have it, because the session was given up. */
  synchronized boolean begun() {
    if (isGivenUp) {
      return false;
    }
    held++;
    return true;
  }

  /** One of them is ended: its user has stopped changing. */
  synchronized void ended() {
    held--;
  }

  /** Gives the session up if nothing of it is held; whether it is given up. */
  synchronized boolean giveUp() {
    isGivenUp = isGivenUp || held == 0;
    return isGivenUp;
  }
}
