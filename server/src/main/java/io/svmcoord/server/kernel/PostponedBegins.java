package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import java.util.Comparator;
import java.util.List;

/**
 * Fairness: begins that wait for readers, so that a reader whose pages are invalidated again and
 * again comes through (G3).
 *
 * <p>A blockable begin that overlaps a {@link Reservation} is postponed: it has no sequence, nobody
 * is told of it, no reader waits for it. It begins when no reservation overlaps it any more, and at
 * the latest when it has waited for {@link KernelConfig#beginDelayMaxNanos} in all, however many
 * readers come after each other: by so much and no more the bound of G2 grows. When it is its turn
 * it is looked at again from the start, as if the host had called only then: a host that is gone
 * meanwhile, or a space that is being released, has it refused.
 *
 * <p>Never postponed are non-blockable begins, since no device and no reader may make them wait,
 * the release of a space, and forced ends. A reservation waits for nothing, so a postponed begin
 * can't be part of a circle of waiting, whatever its reader waits for.
 *
 * <p>It is parked as a reader is, see {@link Readers}: on one reservation that overlaps, whichever;
 * when that is over it looks for another. So reservations cost those begins alone that overlap one.
 *
 * <p>Invariants: I1 a postponed begin is parked on one reservation of its space that overlaps it,
 * and armed; I2 the space's count of postponed begins is the number of those parked; I3 running
 * invalidations and postponed begins of a space are together no more than {@link
 * KernelLimits#runningPerSpaceMax}, and one RELEASE.
 *
 * <p>Confined to the coordinator's thread.
 */
final class PostponedBegins {
  private static final Comparator<PostponedBegin> BY_ARRIVAL =
      Comparator.comparingLong(begin -> begin.number);

  private final Core core;
  private final Spaces spaces;
  private final Admission admission;
  private final Reservations reservations;
  private final Invalidations invalidations;
  private long lastNumber;

  PostponedBegins(
      Core core,
      Spaces spaces,
      Admission admission,
      Reservations reservations,
      Invalidations invalidations) {
    this.core = core;
    this.spaces = spaces;
    this.admission = admission;
    this.reservations = reservations;
    this.invalidations = invalidations;
  }

  /** Begins, or postpones. */
  BeginTicket begin(long nowNanos, BeginRequest request, BeginCallback callback) {
    AddressSpace space = spaces.get(request.spaceId());
    if (space != null
        && space.reservations.size() > 0
        && !request.isNonBlockable()
        && core.config().beginDelayMaxNanos() > 0
        // What is wrong with a begin is said at once.
        && admission.check(nowNanos, request) == null) {
      Reservation blocker = space.reservations.any(admission.ranges());
      if (blocker != null) {
        return postpone(nowNanos, blocker, admission.ranges(), request, callback);
      }
    }
    return invalidations.begin(nowNanos, request, callback);
  }

  private BeginTicket postpone(
      long nowNanos,
      Reservation blocker,
      AddressRanges ranges,
      BeginRequest request,
      BeginCallback callback) {
    AddressSpace space = blocker.space;
    BeginTicket ticket = new BeginTicket(null);
    PostponedBegin begin =
        new PostponedBegin(space, ranges, request, callback, ticket, nowNanos, ++lastNumber);
    ticket.postponed = begin;
    space.postponedBegins++;
    blocker.park(begin);
    core.deadlines().arm(begin, nowNanos + core.config().beginDelayMaxNanos());
    return ticket;
  }

  /** Takes a begin back, postponed or not. */
  void cancel(long nowNanos, BeginTicket ticket) {
    PostponedBegin begin = ticket.postponed;
    if (begin == null) {
      invalidations.cancel(nowNanos, ticket);
      return;
    }
    leave(nowNanos, begin);
    ticket.postponed = null;
    core.effects().add(() -> begin.callback.refused(new Refusal.BeginCancelled(null)));
  }

  /** A token came back with its reader: its reservation is over, if it has one. */
  void returned(long nowNanos, Token token) {
    Reservation reservation = reservations.of(token);
    if (reservation != null) {
      over(nowNanos, reservation, ReservationOutcome.RETURNED);
    }
  }

  /** The time of a reservation is over. */
  void ranOut(long nowNanos, Reservation reservation) {
    over(nowNanos, reservation, ReservationOutcome.RAN_OUT);
  }

  /** A begin has waited for as long as any does, whoever reserves. */
  void delayOver(long nowNanos, PostponedBegin begin) {
    begin(nowNanos, begin);
  }

  /** The space goes away, its tokens die: its reservations are over, what they postpone refused. */
  void refuseAll(long nowNanos, AddressSpace space) {
    for (Reservation reservation : space.reservations.all()) {
      over(nowNanos, reservation, ReservationOutcome.SPACE_RELEASED);
    }
  }

  private void over(long nowNanos, Reservation reservation, ReservationOutcome outcome) {
    List<PostponedBegin> woken = reservation.parked;
    reservation.parked = List.of();
    reservations.remove(reservation, outcome);
    if (woken.isEmpty()) {
      return;
    }
    // Parked in no order; begun in the order in which they came.
    for (PostponedBegin begin : woken.stream().sorted(BY_ARRIVAL).toList()) {
      begin.blocker = null;
      Reservation next = begin.space.reservations.any(begin.ranges);
      if (next == null) {
        begin(nowNanos, begin);
      } else {
        next.park(begin);
      }
    }
  }

  private void begin(long nowNanos, PostponedBegin begin) {
    leave(nowNanos, begin);
    begin.ticket.begun(invalidations.begin(nowNanos, begin.request, begin.callback));
  }

  /** It is postponed no more. */
  private void leave(long nowNanos, PostponedBegin begin) {
    Reservation blocker = begin.blocker;
    if (blocker != null) {
      blocker.unpark(begin);
    }
    begin.space.postponedBegins--;
    core.deadlines().disarm(begin);
    core.observer().beginPostponed(nowNanos - begin.sinceNanos);
  }
}
