package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Devices, hosts and a mapper that live through crashes of their coordinator, in one thread under
 * one seed, and the truth about who uses which page and who changes it (promises G1 and G10).
 *
 * <p>The truth knows nothing of sequences, epochs and graces: a device uses what it mapped until it
 * drops it or its own lease is over, a host changes what its begin was answered for until it ends
 * it or its own lease is over. The two must never meet.
 */
final class RestartWorld {
  private static final long MILLI = 1_000_000;
  private static final int PAGES = 8;
  private static final long PAGE = 4096;
  private static final int DEVICES = 3;
  private static final int HOSTS = 2;
  private static final long[] TTLS = {500 * MILLI, 1000 * MILLI, 2000 * MILLI};

  /** A clock that is so much slower makes a lease so much longer; the guard allows for it. */
  private static final double SLOW_CLOCK = 1.15;

  private final Random random;
  private final RestartMutant mutant;
  private final RestartMemory memory = new RestartMemory(Past.none(new Incarnation(1, 1)));
  private final List<Device> devices = new ArrayList<>();
  private final List<Host> hosts = new ArrayList<>();
  private final List<Hold> holds = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();

  /** How often a begin over each page was answered. */
  private final List<Integer> begun = new ArrayList<>(Collections.nCopies(PAGES, 0));

  private long now;
  private long keys;
  private long space;
  private Coordinator coordinator;
  private @Nullable Read token;

  /** What was reached, so that a test can ask for it. */
  int crashes;

  int begunInGrace;
  int graces;
  int givenUp;
  int mapped;

  private record Read(Token token, int mask, List<Integer> begun) {}

  RestartWorld(long seed, RestartMutant mutant) {
    this.random = new Random(seed);
    this.mutant = mutant;
    this.coordinator = start(Past.none(new Incarnation(1, 1)));
    if (mutant == RestartMutant.OPENED_BEFORE_REMEMBERED) {
      memory.forgetful();
    }
    coordinator.createSpace(now, "space", 0, outcome -> space = ok(outcome).id());
    deliver();
    for (int i = 0; i < DEVICES; i++) {
      devices.add(new Device());
    }
    for (int i = 0; i < HOSTS; i++) {
      hosts.add(new Host());
    }
  }

  private static <T> T ok(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Ok<T>(var value) -> value;
      case Outcome.Refused<T>(var refusal) -> throw new AssertionError(refusal.message());
    };
  }

  private Coordinator start(Past past) {
    return new Coordinator(
        now,
        past,
        KernelConfig.DEFAULTS,
        memory,
        () -> new SessionKey(1, ++keys),
        new KernelObserver() {
          @Override
          public void graceOver(long lastedNanos, int reclaimed, int expired) {
            graces++;
          }
        });
  }

  List<String> violations() {
    return violations;
  }

  void run(int steps) {
    for (int i = 0; i < steps && violations.isEmpty(); i++) {
      now += random.nextInt(60) * MILLI;
      while (coordinator.advanceTo(now)) {
        // More is due.
      }
      step();
    }
  }

  private void step() {
    switch (random.nextInt(40)) {
      case 0 -> crash();
      case 1, 2, 3, 4 -> deliver();
      case 5 -> coordinator.notRemembered(now, memory.fail(), "disk full");
      case 6 -> memory.immediate(random.nextBoolean());
      case 7, 8, 9 -> read();
      default -> {
        if (random.nextInt(3) > 0) {
          devices.get(random.nextInt(DEVICES)).step();
        } else {
          hosts.get(random.nextInt(HOSTS)).step();
        }
      }
    }
  }

  private void deliver() {
    coordinator.remembered(now, memory.write());
  }

  /** Kill, and start at once or after a while. */
  private void crash() {
    crashes++;
    Past past = memory.crash();
    devices.forEach(device -> device.isConnected = device.isOpening = false);
    hosts.forEach(host -> host.isConnected = host.isOpening = false);
    now += random.nextInt(3) * (100 * MILLI);
    coordinator = start(mutant.past(past));
  }

  private static AddressRange range(int page) {
    return new AddressRange(page * PAGE, page * PAGE + PAGE - 1);
  }

  private int pages() {
    return 1 + random.nextInt((1 << PAGES) - 1);
  }

  private static RequestedRanges ranges(int mask) {
    List<AddressRange> ranges = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      if ((mask & 1 << page) != 0) {
        ranges.add(range(page));
      }
    }
    return RequestedRanges.of(ranges);
  }

  private static int mask(AddressRanges ranges) {
    int mask = 0;
    for (int page = 0; page < PAGES; page++) {
      if (ranges.contains(page * PAGE)) {
        mask |= 1 << page;
      }
    }
    return mask;
  }

  private void requireUnheld(int mask, String who) {
    for (Hold hold : holds) {
      if (hold.isRunning() && (hold.mask & mask) != 0) {
        violations.add("%d: %s while %s is changed".formatted(now, who, hold.id));
      }
    }
  }

  /** A device that maps, acks late, and reacts to a lost stream in one of three ways. */
  private final class Device {
    final long ttl = TTLS[random.nextInt(TTLS.length)];
    private SessionId session = SessionId.NONE;
    private @Nullable SessionKey key;
    private @Nullable SessionKey previous;
    private boolean isOpening;
    private boolean isConnected;
    private boolean isSubscribed;
    private long renewed;
    private int pages;
    private final Map<Long, Integer> running = new HashMap<>();
    private final List<Invalidation> unacked = new ArrayList<>();

    boolean isLeased() {
      return !session.equals(SessionId.NONE)
          && now < renewed + (long) ((ttl - ttl / 10) * SLOW_CLOCK);
    }

    void step() {
      if (isOpening) {
        return;
      }
      if (!isConnected) {
        lost();
      } else if (!isLeased()) {
        drop(true);
      } else {
        live();
      }
    }

    private void lost() {
      if (!isLeased()) {
        drop(random.nextBoolean());
        open();
      } else if (random.nextInt(4) == 0) {
        // In reach again: gives up what it mirrors, and says so.
        drop(true);
        open();
      }
    }

    private void drop(boolean isVouched) {
      pages = 0;
      running.clear();
      unacked.clear();
      isSubscribed = false;
      isConnected = false;
      previous = isVouched && key != null ? key : null;
      session = SessionId.NONE;
      key = null;
    }

    private void open() {
      isOpening = true;
      Coordinator asked = coordinator;
      long sent = now;
      SessionRequest request = new SessionRequest("d", "1", Peer.of("peer"), ttl, previous);
      coordinator.openDevice(
          now,
          request,
          new Outlet(this),
          outcome -> {
            if (asked != coordinator) {
              return;
            }
            isOpening = false;
            if (outcome instanceof Outcome.Ok<SessionGrant>(var grant)) {
              session = grant.id();
              key = grant.key();
              renewed = sent;
              isConnected = true;
            }
          });
    }

    private void live() {
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          long sent = now;
          if (coordinator.heartbeat(now, session) instanceof HeartbeatResult.Renewed) {
            renewed = sent;
          }
        }
        case 2 -> {
          if (!isSubscribed) {
            subscribe();
          }
        }
        case 3 -> ackOne();
        default -> map(1 << random.nextInt(PAGES));
      }
    }

    private void subscribe() {
      isSubscribed = true;
      coordinator.update(
          now,
          session,
          space,
          new long[0],
          List.of(new NewSubscription(1, 0, PAGES * PAGE - 1)),
          new UpdateCallback() {
            @Override
            public void updated(SubscriptionsUpdate update) {
              for (Invalidation each : mutant.running(update.running())) {
                running.put(each.id().sequence(), mask(each.ranges()));
              }
            }

            @Override
            public void refused(Refusal refusal) {
              isSubscribed = false;
            }
          });
    }

    private void ackOne() {
      if (!unacked.isEmpty()) {
        Invalidation first = unacked.removeFirst();
        pages &= ~mask(first.ranges());
        InvalidationId id = first.id();
        var _ = coordinator.ack(now, session, id.spaceId(), id.epoch(), id.sequence(), false);
      }
    }

    private void map(int mask) {
      boolean isBlocked = running.values().stream().anyMatch(each -> (each & mask) != 0);
      if (isSubscribed && !isBlocked) {
        pages |= mask;
        mapped++;
        requireUnheld(mask, "mapped");
      }
    }
  }

  private record Outlet(Device device) implements DeviceOutlet {
    @Override
    public void invalidate(Invalidation invalidation) {
      device.running.put(invalidation.id().sequence(), mask(invalidation.ranges()));
      device.unacked.add(invalidation);
    }

    @Override
    public void ended(Invalidation invalidation, boolean isForced, long endSequence) {
      device.running.remove(invalidation.id().sequence());
    }

    @Override
    public void released(long spaceId, long epoch) {
      throw new AssertionError("released: " + spaceId + " (expected: never)");
    }

    @Override
    public void superseded() {
      throw new AssertionError("superseded (expected: never, nobody resumes)");
    }

    @Override
    public void closed(CloseReason reason) {
      device.isConnected = false;
    }
  }

  /** What a host may change: its begin was answered and it has not ended it. */
  private final class Hold {
    private final InvalidationId id;
    private final int mask;
    private final @Nullable Host host;
    private final long until;
    private final @Nullable SessionKey key;
    private boolean isEnded;

    Hold(InvalidationId id, int mask, @Nullable Host host, @Nullable SessionKey key, long until) {
      this.id = id;
      this.mask = mask;
      this.host = host;
      this.key = key;
      this.until = until;
    }

    boolean isRunning() {
      return !isEnded && now < (host == null ? until : Math.min(until, host.leaseEnd(key)));
    }

    void end() {
      isEnded = true;
      SessionId by =
          key == null ? SessionId.NONE : coordinator.sessionOf(key).orElse(SessionId.NONE);
      var _ = coordinator.end(now, by, id);
    }
  }

  private final class Host {
    private final long ttl = TTLS[random.nextInt(TTLS.length)];
    private SessionId session = SessionId.NONE;
    private @Nullable SessionKey key;
    private boolean isOpening;
    private boolean isConnected;
    private long renewed;
    private final Map<SessionKey, Long> formerEnds = new HashMap<>();

    long leaseEnd(@Nullable SessionKey of) {
      return of != null && of.equals(key) ? leaseEnd() : formerEnds.getOrDefault(of, 0L);
    }

    private long leaseEnd() {
      return renewed + (long) ((ttl - ttl / 10) * SLOW_CLOCK);
    }

    void step() {
      if (isOpening) {
        return;
      }
      if (!isConnected) {
        open(key != null && givesUp(key) ? key : null);
        return;
      }
      if (random.nextInt(40) == 0) {
        // What was not answered yet is never answered.
        isConnected = false;
        coordinator.streamBroken(now, session);
        return;
      }
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          long sent = now;
          if (coordinator.heartbeat(now, session) instanceof HeartbeatResult.Renewed) {
            renewed = sent;
          }
        }
        case 2 -> begin(new InvalidationHost.Session(session));
        case 3 ->
            begin(new InvalidationHost.Hold(TTLS[random.nextInt(TTLS.length)], Peer.of("peer")));
        default -> {
          if (!holds.isEmpty()) {
            holds.remove(random.nextInt(holds.size())).end();
          }
        }
      }
    }

    /** Whether it says that it changes nothing any more; it may have to stop for that. */
    private boolean givesUp(SessionKey former) {
      if (mutant == RestartMutant.HOST_STILL_CHANGES) {
        return true;
      }
      if (random.nextInt(4) == 0) {
        holds.removeIf(hold -> former.equals(hold.key));
      }
      boolean isGivenUp = holds.stream().noneMatch(hold -> former.equals(hold.key));
      givenUp += isGivenUp ? 1 : 0;
      return isGivenUp;
    }

    private void open(@Nullable SessionKey previous) {
      isOpening = true;
      if (key != null) {
        formerEnds.put(key, leaseEnd());
        key = null;
      }
      Coordinator asked = coordinator;
      long sent = now;
      SessionRequest request = new SessionRequest("h", "1", Peer.of("peer"), ttl, previous);
      coordinator.openHost(
          now,
          request,
          reason -> isConnected = false,
          outcome -> {
            if (asked != coordinator) {
              return;
            }
            isOpening = false;
            if (outcome instanceof Outcome.Ok<SessionGrant>(var grant)) {
              session = grant.id();
              key = grant.key();
              renewed = sent;
              isConnected = true;
            }
          });
    }

    private void begin(InvalidationHost by) {
      int mask = pages();
      Coordinator asked = coordinator;
      SessionKey own = by instanceof InvalidationHost.Session ? key : null;
      long until = by instanceof InvalidationHost.Hold(var ttl, var _) ? now + ttl : Long.MAX_VALUE;
      var _ =
          coordinator.begin(
              now,
              new BeginRequest(space, ranges(mask), InvalidationEvent.UNMAP, false, 0, null, by),
              new BeginCallback() {
                @Override
                public void begun(
                    InvalidationId id, FanOutReport fanOut, @Nullable SessionKey holdKey) {
                  boolean isHeard = own == null || (isConnected && own.equals(key));
                  if (asked == coordinator && isHeard) {
                    begunOver(mask);
                    Host host = own == null ? null : Host.this;
                    holds.add(new Hold(id, mask, host, own == null ? holdKey : own, until));
                  }
                }

                @Override
                public void refused(Refusal refusal) {
                  // Nothing was begun.
                }
              });
    }
  }

  private void begunOver(int mask) {
    begunInGrace += coordinator.graceLeftNanos(now) > 0 ? 1 : 0;
    for (int page = 0; page < PAGES; page++) {
      begun.set(page, begun.get(page) + (mask >> page & 1));
    }
    for (Device device : devices) {
      if (device.isLeased() && (device.pages & mask) != 0) {
        violations.add(now + ": begun, but " + device.session + " uses pages of it");
      }
    }
  }

  private void read() {
    Read last = token;
    token = null;
    if (last != null) {
      Outcome<RetryResult> outcome = coordinator.readRetry(now, last.token, ranges(last.mask));
      if (outcome.equals(Outcome.ok(RetryResult.VALID))) {
        for (int page = 0; page < PAGES; page++) {
          if ((last.mask >> page & 1) != 0 && !last.begun.get(page).equals(begun.get(page))) {
            violations.add(now + ": token valid after a begin over page " + page);
          }
        }
      }
      return;
    }
    int mask = pages();
    var ticket =
        coordinator.readBegin(
            now,
            space,
            ranges(mask),
            0,
            new ReadCallback() {
              @Override
              public void ready(Token given) {
                token = new Read(given, mask, List.copyOf(begun));
                requireUnheld(mask, "token given");
              }

              @Override
              public void refused(Refusal refusal) {
                // In grace: comes back later.
              }
            });
    coordinator.cancelRead(ticket);
  }
}
