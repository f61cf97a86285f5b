package io.svmcoord.loadtest.sim.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * G3: a reader waits only while an invalidation runs that overlaps its pages, and starts over only
 * if one began since its token. On a device "runs" is what was delivered to it; what may make it
 * late is known as {@link Fact.BusyBegan}.
 */
final class WaitChecker extends Checker {
  /** An invalidation as it reached a device. */
  private static final class Delivered {
    final long space;
    final long pages;
    final long fromNanos;
    long toNanos = Long.MAX_VALUE;
    boolean isForced;

    Delivered(long space, long pages, long fromNanos) {
      this.space = space;
      this.pages = pages;
      this.fromNanos = fromNanos;
    }

    boolean overlaps(long otherSpace, long otherPages) {
      return space == otherSpace && (pages & otherPages) != 0;
    }
  }

  private static final class Device {
    final Map<InvalidationKey, Delivered> running = new HashMap<>();
    final List<Delivered> all = new ArrayList<>();
    final Spans busy = new Spans();
    final Spans subscribing = new Spans();
  }

  private final Ledger ledger;
  private final Map<String, Device> devices = new HashMap<>();
  private final Spans pauses = new Spans();

  WaitChecker(Ledger ledger) {
    super(Promise.G3);
    this.ledger = ledger;
  }

  @Override
  void check(Fact fact) {
    switch (fact) {
      case Fact.CoordinatorPaused(var time, var nanos) -> pauses.add(time, time + nanos);
      case Fact.TokenGiven token ->
          checkWait(
              token.receivedNanos(),
              token.timeNanos(),
              token.space(),
              token.epoch(),
              token.pages());
      case Fact.TokenNotGiven(var time, var receivedNanos, var space, var pages) ->
          ledger
              .term()
              .ifPresent(term -> checkWait(receivedNanos, time, space, term.epoch(), pages));
      case Fact.TokenChecked token -> checkRetry(token);
      case Fact.DeviceOpened(var time, var name) -> {
        Device device = device(name);
        device.running.values().forEach(one -> one.toNanos = time);
        device.running.clear();
      }
      case Fact.DeviceResumed resumed -> resumed(device(resumed.device()), resumed);
      case Fact.DeviceCaughtUp caughtUp -> caughtUp(device(caughtUp.device()), caughtUp);
      case Fact.BeginDelivered begin -> begun(device(begin.device()), begin);
      case Fact.EndDelivered end -> ended(device(end.device()), end);
      case Fact.BusyBegan(var time, var name, var isSubscribing) -> {
        Device device = device(name);
        (isSubscribing ? device.subscribing : device.busy).began(time);
      }
      case Fact.BusyEnded(var time, var name, var isSubscribing) -> {
        Device device = device(name);
        (isSubscribing ? device.subscribing : device.busy).ended(time);
      }
      case Fact.ReaderWaited waited -> checkWait(device(waited.device()), waited);
      case Fact.ReaderChecked checked -> checkRetry(device(checked.device()), checked);
      default -> {
        // Of other promises.
      }
    }
  }

  // Mappers, at the coordinator.

  private void checkWait(long fromNanos, long toNanos, long space, long epoch, long pages) {
    long slack = ledger.limits().slackNanos();
    if (toNanos - fromNanos <= slack) {
      return;
    }
    Spans covered = new Spans();
    covered.addAll(pauses);
    for (KnownInvalidation one : ledger.begun(space, epoch, 1, Long.MAX_VALUE)) {
      if (one.overlaps(pages)) {
        covered.add(one.begun.timeNanos(), one.overNanos);
      }
    }
    long gap = covered.firstGap(fromNanos, toNanos, slack);
    if (gap != toNanos) {
      violated(
          toNanos,
          "a mapper waited %s for pages %s, from %s on nothing that overlaps them ran",
          millis(toNanos - fromNanos),
          PageMask.text(pages),
          millis(gap));
    }
  }

  private void checkRetry(Fact.TokenChecked token) {
    if (token.result() != Fact.Retry.INVALIDATED) {
      return;
    }
    for (KnownInvalidation one : ledger.begun(token.space(), token.epoch(), 1, Long.MAX_VALUE)) {
      if (one.overlaps(token.pages()) && one.lastSequence() > token.sequence()) {
        return;
      }
    }
    violated(
        token.timeNanos(),
        "a token of sequence %d was INVALIDATED, nothing that overlaps pages %s began since",
        token.sequence(),
        PageMask.text(token.pages()));
  }

  // Devices, by what reached them.

  private Device device(String name) {
    return devices.computeIfAbsent(name, key -> new Device());
  }

  private static void begun(Device device, Fact.BeginDelivered begin) {
    if (!device.running.containsKey(begin.id())) {
      Delivered one = new Delivered(begin.id().space(), begin.pages(), begin.timeNanos());
      device.running.put(begin.id(), one);
      device.all.add(one);
    }
  }

  private static void ended(Device device, Fact.EndDelivered end) {
    Delivered one = device.running.remove(end.id());
    if (one != null) {
      one.toNanos = end.timeNanos();
      one.isForced = end.isForced();
    }
  }

  private static void resumed(Device device, Fact.DeviceResumed resumed) {
    for (InvalidationKey id : List.copyOf(device.running.keySet())) {
      if (!resumed.running().contains(id)) {
        ended(device, new Fact.EndDelivered(resumed.timeNanos(), resumed.device(), id, true));
      }
    }
  }

  private static void caughtUp(Device device, Fact.DeviceCaughtUp caughtUp) {
    long now = caughtUp.timeNanos();
    Delivered change = new Delivered(caughtUp.space(), caughtUp.changed(), now);
    change.toNanos = now;
    device.all.add(change);
    for (InvalidationKey id : List.copyOf(device.running.keySet())) {
      if (id.space() == caughtUp.space() && !caughtUp.running().contains(id)) {
        ended(device, new Fact.EndDelivered(now, caughtUp.device(), id, true));
      }
    }
  }

  private void checkWait(Device device, Fact.ReaderWaited waited) {
    long slack = ledger.limits().slackNanos();
    if (waited.timeNanos() - waited.fromNanos() <= slack) {
      return;
    }
    Spans covered = new Spans();
    covered.addAll(device.busy);
    covered.addAll(device.subscribing);
    for (Delivered one : device.all) {
      if (one.overlaps(waited.space(), waited.pages())) {
        covered.add(one.fromNanos, one.toNanos);
      }
    }
    long gap = covered.firstGap(waited.fromNanos(), waited.timeNanos(), slack);
    if (gap != waited.timeNanos()) {
      violated(
          waited.timeNanos(),
          "%s waited %s for pages %s, from %s on nothing that overlaps them ran",
          waited.device(),
          millis(waited.timeNanos() - waited.fromNanos()),
          PageMask.text(waited.pages()),
          millis(gap));
    }
  }

  private void checkRetry(Device device, Fact.ReaderChecked checked) {
    if (checked.result() != Fact.Retry.INVALIDATED) {
      return;
    }
    long slack = ledger.limits().slackNanos();
    // What was delivered before the token may have been handled after it.
    long since = device.busy.coveredSince(checked.tokenNanos(), slack) - slack;
    for (Delivered one : device.all) {
      boolean isSince = one.fromNanos >= since || (one.isForced && one.toNanos >= since);
      if (isSince && one.overlaps(checked.space(), checked.pages())) {
        return;
      }
    }
    if (!device.subscribing.overlaps(since, checked.timeNanos())) {
      violated(
          checked.timeNanos(),
          "%s had to start over for pages %s, nothing that overlaps them began since %s",
          checked.device(),
          PageMask.text(checked.pages()),
          millis(checked.tokenNanos()));
    }
  }
}
