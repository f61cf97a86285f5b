package io.svmcoord.loadtest.sim.check;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells checkers the facts of a small history: one coordinator, one space, hosts and devices. */
final class History {
  static final long MILLI = 1_000_000;
  static final long SPACE = 1;
  static final long EPOCH = 1;
  static final long INCARNATION = 77;
  static final long HOST = 10;
  static final long DEVICE = 20;
  static final long OTHER = 21;
  static final long PAGES = PageMask.of(0, 3);
  static final long STRANGERS = PageMask.of(8, 9);
  static final String NAME = "device";

  /** Acks within 100 ms, leases of 330 ms with their guard. */
  static final Limits LIMITS = new Limits(100 * MILLI, 330 * MILLI, 50 * MILLI, 0, 0.0, 5 * MILLI);

  private final Checkers checkers = new Checkers(LIMITS);
  private long millis;
  private long correlations;

  /** A host and two devices; the first device subscribes the pages. */
  History() {
    tell(new Fact.CoordinatorStarted(now(), INCARNATION, EPOCH));
    tell(new Fact.SessionOpened(now(), HOST, true));
    tell(new Fact.SessionOpened(now(), DEVICE, false));
    tell(new Fact.SessionOpened(now(), OTHER, false));
    subscribe(DEVICE, 0, PAGES);
  }

  static InvalidationKey key(long sequence) {
    return new InvalidationKey(SPACE, EPOCH, sequence);
  }

  long now() {
    return millis * MILLI;
  }

  History after(long more) {
    millis += more;
    return this;
  }

  History tell(Fact fact) {
    checkers.accept(fact);
    return this;
  }

  Set<Promise> broken() {
    return checkers.violations().stream().map(Violation::promise).collect(Collectors.toSet());
  }

  History subscribe(long session, long sequence, long pages, InvalidationKey... running) {
    tell(
        new Fact.UpdateReceived(
            now(), session, ++correlations, SPACE, List.of(), Map.of(correlations, pages)));
    return tell(
        new Fact.UpdateAnswered(now(), session, correlations, EPOCH, sequence, List.of(running)));
  }

  History begin(long sequence) {
    return begin(sequence, PAGES);
  }

  History begin(long sequence, long pages) {
    return tell(new Fact.Begun(now(), key(sequence), pages, false, false, HOST, 0));
  }

  History sent(long sequence) {
    return tell(new Fact.InvalidateSent(now(), DEVICE, key(sequence), PAGES));
  }

  History acked(long sequence) {
    tell(new Fact.AckReceived(now(), DEVICE, key(sequence), false));
    return tell(new Fact.AckCounted(now(), DEVICE, key(sequence)));
  }

  History through(long sequence) {
    return tell(new Fact.Completed(now(), key(sequence), Fact.Outcome.OK));
  }

  /** From its begin to the answer of its host, as it should be. */
  History held(long sequence) {
    return begin(sequence).sent(sequence).after(1).acked(sequence).through(sequence);
  }

  History endAsked(long sequence) {
    return tell(new Fact.EndReceived(now(), key(sequence)));
  }

  History ended(long sequence) {
    tell(new Fact.Ended(now(), key(sequence), false, 0));
    return tell(new Fact.EndSent(now(), DEVICE, key(sequence), false, 0));
  }

  History leaseOver(long session) {
    return tell(new Fact.LeaseOver(now(), session, 0));
  }

  History token(long sequence, long pages, long receivedMillis) {
    return tell(
        new Fact.TokenGiven(
            now(), receivedMillis * MILLI, SPACE, INCARNATION, EPOCH, sequence, pages));
  }

  History checked(long sequence, long pages, Fact.Retry result) {
    return tell(
        new Fact.TokenChecked(now(), now(), SPACE, INCARNATION, EPOCH, sequence, pages, result));
  }
}
