package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges how begins are postponed for readers that reserved pages (G3), and that it is bounded
 * (G2), from what readers and hosts did and were told.
 */
final class FairnessChecker {
  private record Read(long space, int mask, long reserveNanos) {}

  private record Reserved(long space, int mask, long endNanos) {}

  private record Postponed(long space, int mask, long sinceNanos) {}

  private final long beginDelayMaxNanos;
  private final Map<Integer, Read> reads = new HashMap<>();
  private final Map<Long, Reserved> reservations = new TreeMap<>();
  private final Map<Integer, Postponed> postponed = new TreeMap<>();
  private final Set<Long> given = new HashSet<>();

  FairnessChecker(long beginDelayMaxNanos) {
    this.beginDelayMaxNanos = beginDelayMaxNanos;
  }

  void reading(int tag, long space, int mask, long reserveNanos) {
    reads.put(tag, new Read(space, mask, reserveNanos));
  }

  void ready(int tag, Token token, long now) {
    Read read = reads.get(tag);
    if (token.reservation() == 0 || read == null) {
      return;
    }
    assertThat(read.reserveNanos).as("a reservation that was asked for").isPositive();
    assertThat(given.add(token.reservation())).as("a reservation of its own").isTrue();
    reservations.put(
        token.reservation(), new Reserved(read.space, read.mask, now + read.reserveNanos));
  }

  void returned(long reservation) {
    reservations.remove(reservation);
  }

  void releasing(long space) {
    reservations.values().removeIf(reserved -> reserved.space == space);
  }

  /** A begin was asked for and has neither begun nor was it refused. */
  void postponed(int tag, Subject.Begin request, int mask, long now) {
    assertThat(request.isNonBlockable()).as("G2: a non-blockable begin is postponed").isFalse();
    postponed.put(tag, new Postponed(request.space(), mask, now));
  }

  /** What was postponed is no more: it began, or was refused. */
  void over(int tag) {
    postponed.remove(tag);
  }

  void began(int tag, InvalidationId id, Subject.Begin request, int mask, long now) {
    Postponed before = postponed.get(tag);
    boolean isDue = before != null && now - before.sinceNanos >= beginDelayMaxNanos;
    if (!request.isNonBlockable() && !isDue) {
      assertThat(isReserved(id.spaceId(), mask, now))
          .as("G3: %s begins within a reservation", id)
          .isFalse();
    }
  }

  /** After time went on to {@code now}: nothing is postponed for longer than it has to. */
  void advanced(long now) {
    postponed.forEach(
        (tag, begin) -> {
          assertThat(now - begin.sinceNanos)
              .as("G2: begin %d is postponed for a bounded time", tag)
              .isLessThan(beginDelayMaxNanos);
          assertThat(isReserved(begin.space, begin.mask, now))
              .as("G3: begin %d is postponed for a reader", tag)
              .isTrue();
        });
  }

  /** After any step: what was given back or released postpones nothing. */
  void settled() {
    postponed.forEach(
        (tag, begin) ->
            assertThat(
                    reservations.values().stream()
                        .anyMatch(one -> one.space == begin.space && (one.mask & begin.mask) != 0))
                .as("G3: begin %d waits for nobody", tag)
                .isTrue());
  }

  private boolean isReserved(long space, int mask, long now) {
    return reservations.values().stream()
        .anyMatch(one -> one.space == space && (one.mask & mask) != 0 && now - one.endNanos < 0);
  }
}
