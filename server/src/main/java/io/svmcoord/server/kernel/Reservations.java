package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import org.jspecify.annotations.Nullable;

/**
 * Readers' reservations, by id and, in each space, by overlap.
 *
 * <p>A reservation begins with its reader's token and ends with its read_retry, or when its time is
 * over, whichever is first. It is no lock and no promise to the reader, whose read_retry decides as
 * ever. So nothing is lost with it when its reader dies, and none is made past the limit.
 *
 * <p>Confined to the coordinator's thread.
 */
final class Reservations {
  private final Core core;
  private final LongMap<Reservation> byId = new LongMap<>();
  private long lastId;

  Reservations(Core core) {
    this.core = core;
  }

  /**
   * Reserves for a reader that gets its token now.
   *
   * @param askedNanos for how long; longer than allowed is cut
   * @return the id, 0 if there is no reservation
   */
  long reserve(long nowNanos, AddressSpace space, AddressRanges ranges, long askedNanos) {
    long nanos = Math.min(askedNanos, core.config().reservationMaxNanos());
    if (nanos <= 0) {
      return 0;
    }
    if (space.reservations.size() >= core.limits().reservationsPerSpaceMax()) {
      core.observer().reservationOver(ReservationOutcome.NOT_MADE);
      return 0;
    }
    Reservation made = new Reservation(++lastId, space, ranges);
    made.index = space.reservations.add(made, ranges);
    byId.put(made.id, made);
    core.deadlines().arm(made, nowNanos + nanos);
    return made.id;
  }

  /** The reservation of a token; null if it has none any more. */
  @Nullable Reservation of(Token token) {
    Reservation found = token.reservation() == 0 ? null : byId.get(token.reservation());
    // Ids start anew with each incarnation: an old token must not end another reader's.
    return found != null
            && token.incarnation().equals(core.incarnation())
            && token.spaceId() == found.space.id
        ? found
        : null;
  }

  /** Takes one out that is in; what is parked on it is the caller's to look after. */
  void remove(Reservation removed, ReservationOutcome outcome) {
    removed.space.reservations.remove(removed.index);
    byId.remove(removed.id);
    core.deadlines().disarm(removed);
    core.observer().reservationOver(outcome);
  }
}
