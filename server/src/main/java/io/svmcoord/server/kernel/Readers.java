package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * read_begin and read_retry for readers without subscriptions.
 *
 * <p>A waiting reader is parked on one running invalidation that overlaps its ranges, whichever.
 * When that one ends, the reader looks again (race R5): it is parked on another, or, if none
 * overlaps, goes with the sequence of that instant. So it goes exactly at the end of its last one,
 * strangers don't wake or delay it (G3), a begin has nothing to do for readers, and a reader costs
 * one search per invalidation that it waited for. A steady stream of overlapping invalidations can
 * make it wait for ever; its caller's deadline bounds that. One that finds its token spoilt again
 * and again can reserve its pages with the next, see {@link Reservations}.
 *
 * <p>Invariants: I1 a reader is parked on a running invalidation of its space that overlaps its
 * ranges, and on one only. I2 the space's count of waiting readers is the number of those parked.
 *
 * <p>Confined to the coordinator's thread.
 */
final class Readers {
  private static final Comparator<WaitingReader> BY_ARRIVAL =
      Comparator.comparingLong(reader -> reader.number);

  private final Core core;
  private final Spaces spaces;
  private final Grace grace;
  private final Reservations reservations;
  private long lastNumber;

  Readers(Core core, Spaces spaces, Grace grace, Reservations reservations) {
    this.core = core;
    this.spaces = spaces;
    this.grace = grace;
    this.reservations = reservations;
  }

  ReadTicket begin(
      long nowNanos,
      long spaceId,
      RequestedRanges requested,
      long reserveNanos,
      ReadCallback callback) {
    return switch (spaces.usable(spaceId)) {
      case Outcome.Refused<AddressSpace>(var refusal) -> refuse(callback, refusal);
      case Outcome.Ok<AddressSpace>(var space) ->
          switch (requested.checked(space.pageSizeBytes, core.limits().rangesMax())) {
            case Outcome.Refused<AddressRanges>(var refusal) -> refuse(callback, refusal);
            case Outcome.Ok<AddressRanges>(var ranges) ->
                grace.isOn()
                    ? refuse(callback, grace.refusal(nowNanos))
                    : begin(
                        new WaitingReader(
                            space, ranges, callback, nowNanos, reserveNanos, ++lastNumber));
          };
    };
  }

  private ReadTicket begin(WaitingReader reader) {
    RunningInvalidation blocker = reader.space.running.anyOverlapping(reader.ranges);
    if (blocker == null) {
      go(reader, reader.sinceNanos);
      return ReadTicket.Answered.INSTANCE;
    }
    if (reader.space.waitingReaders >= core.limits().waitingReadersPerSpaceMax()) {
      return refuse(
          reader.callback,
          core.limitReached(
              "limits.waiting-readers-per-space", core.limits().waitingReadersPerSpaceMax()));
    }
    reader.space.waitingReaders++;
    park(reader, blocker);
    return reader;
  }

  void cancel(ReadTicket ticket) {
    if (ticket instanceof WaitingReader reader && reader.blocker != null) {
      unpark(reader, reader.blocker);
      reader.space.waitingReaders--;
    }
  }

  /** An invalidation is out of the registry: who was parked on it goes or waits for another. */
  void invalidationOver(long nowNanos, RunningInvalidation over) {
    if (over.parked.isEmpty()) {
      return;
    }
    List<WaitingReader> woken = over.parked;
    over.parked = List.of();
    // Parked in no order; they go, and reserve, in the order in which they came.
    for (WaitingReader reader : woken.stream().sorted(BY_ARRIVAL).toList()) {
      RunningInvalidation next = reader.space.running.anyOverlapping(reader.ranges);
      if (next == null) {
        reader.blocker = null;
        reader.space.waitingReaders--;
        go(reader, nowNanos);
      } else {
        park(reader, next);
      }
    }
  }

  /** The space goes away: its readers wait no more. */
  void refuseAll(AddressSpace space) {
    Refusal refusal = Spaces.notFound(space.id);
    for (RunningInvalidation at = space.running.oldest(); at != null; at = at.newer) {
      for (WaitingReader reader : at.parked) {
        reader.blocker = null;
        refuse(reader.callback, refusal);
      }
      at.parked = List.of();
    }
    space.waitingReaders = 0;
  }

  Outcome<RetryResult> retry(Token token, RequestedRanges requested) {
    if (!token.incarnation().equals(core.incarnation())) {
      return Outcome.ok(RetryResult.NEW_INCARNATION);
    }
    AddressSpace space = spaces.get(token.spaceId());
    if (space == null) {
      return Outcome.ok(RetryResult.SPACE_GONE);
    }
    if (token.epoch() != space.epoch) {
      return Outcome.ok(RetryResult.STALE_EPOCH);
    }
    if (token.sequence() < 0 || token.sequence() > space.sequence) {
      return Outcome.refused(
          new Refusal.InvalidArgument(
              "token.sequence", Long.toString(token.sequence()), "0 to " + space.sequence));
    }
    return switch (requested.checked(space.pageSizeBytes, core.limits().rangesMax())) {
      case Outcome.Refused<AddressRanges>(var refusal) -> Outcome.refused(refusal);
      case Outcome.Ok<AddressRanges>(var ranges) ->
          Outcome.ok(
              space.lastInvalidated.highest(ranges) > token.sequence()
                  ? RetryResult.INVALIDATED
                  : RetryResult.VALID);
    };
  }

  private void go(WaitingReader reader, long nowNanos) {
    AddressSpace space = reader.space;
    long reservation = reservations.reserve(nowNanos, space, reader.ranges, reader.reserveNanos);
    Token token = new Token(space.id, core.incarnation(), space.epoch, space.sequence, reservation);
    core.observer().readerReady(nowNanos - reader.sinceNanos);
    core.effects().add(() -> reader.callback.ready(token));
  }

  private ReadTicket refuse(ReadCallback callback, Refusal refusal) {
    core.effects().add(() -> callback.refused(refusal));
    return ReadTicket.Answered.INSTANCE;
  }

  private static void park(WaitingReader reader, RunningInvalidation blocker) {
    if (blocker.parked.isEmpty()) {
      blocker.parked = new ArrayList<>();
    }
    reader.blocker = blocker;
    reader.parkedIndex = blocker.parked.size();
    blocker.parked.add(reader);
  }

  private static void unpark(WaitingReader reader, RunningInvalidation blocker) {
    WaitingReader last = blocker.parked.removeLast();
    if (last != reader) {
      blocker.parked.set(reader.parkedIndex, last);
      last.parkedIndex = reader.parkedIndex;
    }
    reader.blocker = null;
  }

  /** For tests: the invalidation that a reader is parked on. */
  static @Nullable RunningInvalidation blocker(ReadTicket ticket) {
    return ticket instanceof WaitingReader reader ? reader.blocker : null;
  }
}
