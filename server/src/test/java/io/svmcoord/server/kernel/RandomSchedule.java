package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One random history of hosts, devices, readers and time, made from a seed; each step goes to the
 * coordinator, to the reference if there is one, and to the checker.
 */
final class RandomSchedule {
  private static final long MILLI = 1_000_000;

  /** Few acks may be owed, so that slow consumers happen. */
  static final int UNACKED_MAX = 6;

  /** Few readers may reserve, so that some get nothing. */
  static final int RESERVATIONS_MAX = 3;

  /** Shorter than many reservations, so that begins go before they are over. */
  static final long BEGIN_DELAY_MAX = 60 * MILLI;

  private final Random random;
  private final RealSubject real;
  private final Mutant mutant;
  private final ReferenceCoordinator reference =
      new ReferenceCoordinator(UNACKED_MAX, RESERVATIONS_MAX, BEGIN_DELAY_MAX);
  private final PromiseChecker checker;
  private final FairnessChecker fairness;

  /** Without: outputs and state are not compared, and time may jump over deadlines. */
  private final boolean isCompared;

  private long now;
  private int lastTag;
  private final List<Long> spaces = new ArrayList<>();
  private final List<Long> devices = new ArrayList<>();
  private final List<Long> hosts = new ArrayList<>();
  private final List<InvalidationId> ids = new ArrayList<>();
  private final Map<InvalidationId, Long> hostOf = new HashMap<>();
  private final List<Integer> beginTags = new ArrayList<>();
  private final Map<Integer, Subject.Begin> postponed = new TreeMap<>();
  private final List<Integer> readTags = new ArrayList<>();
  private final Map<Long, List<long[]>> owed = new HashMap<>();
  private final Set<Long> silent = new HashSet<>();
  private final List<Long> suspects = new ArrayList<>();

  RandomSchedule(long seed, boolean isCompared, Mutant mutant, Reached reached) {
    random = new Random(seed);
    this.isCompared = isCompared;
    // A clock that passes the wrap of long in the middle of some histories.
    boolean isWrapping = !isCompared && random.nextBoolean();
    now = isWrapping ? Long.MAX_VALUE - 2000 * MILLI : random.nextLong(1L << 40);
    KernelLimits d = KernelLimits.DEFAULTS;
    KernelLimits limits =
        new KernelLimits(
            d.spacesMax(),
            d.sessionsMax(),
            d.subscriptionsPerSessionMax(),
            d.subscriptionsPerSpaceMax(),
            d.updateSizeMax(),
            d.runningPerSpaceMax(),
            d.runningPerSessionMax(),
            d.rangesMax(),
            d.waitingReadersPerSpaceMax(),
            RESERVATIONS_MAX,
            UNACKED_MAX,
            d.endedSessionsMax(),
            d.evictedClientsMax(),
            d.forcedEndsMax(),
            d.sequenceSegmentsMax(),
            1 + random.nextInt(4),
            d.nameCharsMax(),
            d.versionCharsMax(),
            d.detailCharsMax());
    KernelConfig config =
        Configs.withReservations(
            KernelConfig.DEFAULTS.withLimits(limits),
            KernelConfig.DEFAULTS.reservationMaxNanos(),
            BEGIN_DELAY_MAX);
    this.mutant = mutant;
    real = new RealSubject(mutant.config(config), reached);
    fairness = new FairnessChecker(BEGIN_DELAY_MAX);
    checker = new PromiseChecker(mutant, fairness);
  }

  void run(int steps) {
    createSpace();
    openDevice();
    openHost();
    for (int step = 0; step < steps; step++) {
      step();
    }
    // Everybody goes silent: within the bound of G2 and G9 nothing is left.
    for (int i = 0; i < 40; i++) {
      advanceBy(500 * MILLI);
    }
    assertThat(real.running(now)).as("running when all leases are over").isEmpty();
    assertThat(real.coordinator.hasDeadline()).as("a timer is left").isFalse();
  }

  private void step() {
    now += 1 + random.nextInt(1000);
    int dice = random.nextInt(100);
    if (dice < 22) {
      begin();
    } else if (dice < 42) {
      ack();
    } else if (dice < 55) {
      end();
    } else if (dice < 66) {
      update();
    } else if (dice < 72) {
      read();
    } else if (dice < 78) {
      retry();
    } else if (dice < 84) {
      heartbeats();
    } else if (dice < 90) {
      advanceBy(1 + random.nextLong(random.nextInt(6) == 0 ? 1500 * MILLI : 60 * MILLI));
    } else if (dice < 92) {
      refuse();
    } else if (dice < 94) {
      cancel();
    } else if (dice < 98) {
      changeSessions();
    } else if (dice < 99) {
      createSpace();
    } else {
      release();
    }
  }

  /** Compares what both told and show, then lets the checker judge. */
  private void settle(String step) {
    notePostponed();
    Map<String, List<String>> told = real.takeOutputs();
    if (isCompared) {
      assertThat(told).as("told at " + step).isEqualTo(reference.takeOutputs());
      assertThat(real.state(now)).as("state after " + step).isEqualTo(reference.state(now));
    }
    for (Told one : real.lastTold()) {
      if (one instanceof Told.Invalidated(var session, var what)) {
        InvalidationId id = what.id();
        owed.computeIfAbsent(session, key -> new ArrayList<>())
            .add(new long[] {id.spaceId(), id.sequence()});
      }
    }
    checker.settle(step, now, real.lastTold(), real.running(now), real.sequences());
  }

  /** What was postponed may have begun with whatever happened. */
  private void notePostponed() {
    List<Integer> over = new ArrayList<>(postponed.keySet());
    over.removeIf(tag -> ticket(tag).postponed != null);
    over.sort(Comparator.comparingLong(tag -> sequence(ticket(tag))));
    for (int tag : over) {
      Subject.Begin begin = postponed.remove(tag);
      if (begin != null) {
        noteBegun(tag, ticket(tag).id(), begin);
      }
      fairness.over(tag);
    }
  }

  private BeginTicket ticket(int tag) {
    return real.begins.getOrDefault(tag, BeginTicket.REFUSED);
  }

  private static long sequence(BeginTicket ticket) {
    InvalidationId id = ticket.id();
    return id == null ? 0 : id.sequence();
  }

  private void noteBegun(int tag, @Nullable InvalidationId id, Subject.Begin begin) {
    if (id == null) {
      return;
    }
    ids.add(id);
    long hostId = begin.host() == 0 ? hostOfRunning(id) : begin.host();
    hostOf.put(id, hostId);
    if (begin.host() == 0) {
      checker.opened(hostId, now, begin.hold());
    }
    checker.began(tag, id, hostId, begin, now);
  }

  private void same(String step, String answer, String expected) {
    if (isCompared) {
      assertThat(answer).as("answer to " + step).isEqualTo(expected);
    }
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private List<int[]> runs() {
    List<int[]> runs = new ArrayList<>();
    int count = random.nextInt(4) == 0 ? 3 : 1;
    for (int i = 0; i < count; i++) {
      runs.add(run());
    }
    return runs;
  }

  private int[] run() {
    int from = random.nextInt(Pages.COUNT);
    int width = random.nextInt(8) == 0 ? Pages.COUNT : 4;
    return new int[] {from, Math.min(Pages.COUNT - 1, from + random.nextInt(width))};
  }

  private void createSpace() {
    if (spaces.size() >= 4) {
      return;
    }
    String name = "space" + random.nextInt(5);
    String answer = real.createSpace(now, name);
    same("createSpace", answer, isCompared ? reference.createSpace(now, name) : answer);
    if (answer.startsWith("ok ")) {
      spaces.add(id(answer));
    }
    settle("createSpace " + name);
  }

  private static long id(String answer) {
    return Long.parseLong(answer.substring(3));
  }

  /** All different, so that no two leases end at one instant. */
  private long ttl() {
    return (500 + random.nextInt(1500)) * MILLI + ++lastTag * 10L;
  }

  private void openDevice() {
    long ttl = ttl();
    long previous = devices.isEmpty() || random.nextInt(4) > 0 ? 0 : any(devices);
    String answer = real.openDevice(now, ttl, previous);
    same("openDevice", answer, isCompared ? reference.openDevice(now, ttl, previous) : answer);
    devices.add(id(answer));
    checker.opened(id(answer), now, ttl);
    if (previous != 0) {
      checker.left(previous);
    }
    settle("openDevice " + answer + " instead of " + previous);
  }

  private void openHost() {
    long ttl = ttl();
    long previous = hosts.isEmpty() || random.nextInt(4) > 0 ? 0 : any(hosts);
    String answer = real.openHost(now, ttl, previous);
    same("openHost", answer, isCompared ? reference.openHost(now, ttl, previous) : answer);
    hosts.add(id(answer));
    checker.opened(id(answer), now, ttl);
    if (previous != 0) {
      checker.left(previous);
    }
    settle("openHost " + answer + " instead of " + previous);
  }

  private void heartbeats() {
    List<Long> all = new ArrayList<>(devices);
    all.addAll(hosts);
    for (long session : all) {
      if (random.nextInt(10) > (silent.contains(session) ? 8 : 0)) {
        String answer = real.heartbeat(now, session);
        same("heartbeat", answer, isCompared ? reference.heartbeat(now, session) : answer);
        checker.heartbeat(session, now, answer.startsWith("renewed"));
        settle("heartbeat " + session);
      }
    }
  }

  private void advanceBy(long nanos) {
    long target = now + nanos;
    long instant = isCompared ? reference.nextInstant(now) : target;
    while (isCompared && instant != Long.MAX_VALUE && instant - target < 0) {
      now = Math.max(now, instant);
      advanceHere();
      instant = reference.nextInstant(now);
    }
    now = target;
    advanceHere();
  }

  private void advanceHere() {
    real.advance(now);
    if (isCompared) {
      reference.advance(now);
    }
    settle("advance");
    fairness.advanced(now);
  }

  private void update() {
    int tag = ++lastTag;
    long session = any(random.nextInt(20) == 0 ? hosts : devices);
    long space = space();
    List<Long> remove = new ArrayList<>();
    List<int[]> add = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      remove.add(1 + random.nextLong(8));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      int[] run = run();
      add.add(new int[] {1 + random.nextInt(8), run[0], run[1]});
    }
    checker.updating(tag, session, space, remove, add);
    real.update(now, tag, session, space, remove, add);
    if (isCompared) {
      reference.update(now, tag, session, space, remove, add);
    }
    settle("update " + tag + " of " + session + " in " + space);
  }

  private long space() {
    return spaces.isEmpty() || random.nextInt(30) == 0 ? 99 : any(spaces);
  }

  private void begin() {
    int tag = ++lastTag;
    InvalidationEvent event =
        random.nextBoolean() ? InvalidationEvent.MIGRATE : InvalidationEvent.UNMAP;
    long owner =
        (event.isOwnable() && random.nextInt(3) == 0) || random.nextInt(40) == 0 ? any(devices) : 0;
    boolean isNonBlockable = random.nextInt(5) == 0;
    long host = random.nextInt(5) == 0 ? 0 : any(random.nextInt(30) == 0 ? devices : hosts);
    long ackDeadline =
        isNonBlockable ? 50 * MILLI : (1 + random.nextInt(400)) * MILLI + lastTag * 10L;
    Subject.Begin begin =
        new Subject.Begin(space(), runs(), event, isNonBlockable, ackDeadline, owner, host, ttl());
    real.begin(now, tag, begin);
    if (isCompared) {
      reference.begin(now, tag, begin);
    }
    BeginTicket ticket = ticket(tag);
    if (ticket != BeginTicket.REFUSED) {
      beginTags.add(tag);
    }
    if (ticket.postponed != null) {
      fairness.postponed(tag, begin, Pages.mask(begin.runs()), now);
      postponed.put(tag, begin);
    }
    noteBegun(tag, ticket.id(), begin);
    settle("begin " + tag + " " + ticket.id());
  }

  private long hostOfRunning(InvalidationId id) {
    return real.running(now).stream()
        .filter(view -> view.invalidation().id().equals(id))
        .findFirst()
        .orElseThrow()
        .host()
        .value();
  }

  private void ack() {
    if (random.nextInt(12) == 0) {
      ack(any(devices), space(), random.nextInt(8) == 0 ? 2 : 1, random.nextLong(40));
      return;
    }
    long session = any(devices);
    List<long[]> mine = owed.getOrDefault(session, List.of());
    if (silent.contains(session) || mine.isEmpty()) {
      return;
    }
    int index = random.nextInt(3) == 0 ? random.nextInt(mine.size()) : 0;
    long[] one = random.nextInt(10) == 0 ? mine.get(index) : mine.remove(index);
    ack(session, one[0], 1, one[1]);
  }

  private void ack(long session, long space, long epoch, long sequence) {
    boolean isAllUpTo = random.nextInt(4) == 0;
    String before = real.state(now);
    String answer = real.ack(now, session, space, epoch, sequence, isAllUpTo);
    same(
        "ack",
        answer,
        isCompared ? reference.ack(now, session, space, epoch, sequence, isAllUpTo) : answer);
    if (answer.startsWith("acked")) {
      checker.acked(session, space, sequence, isAllUpTo);
    } else {
      assertThat(real.state(now)).as("G6: state after an ignored ack").isEqualTo(before);
    }
    settle("ack " + space + "#" + sequence + " by " + session);
  }

  private void refuse() {
    long session = any(devices);
    List<long[]> mine = owed.getOrDefault(session, List.of());
    if (mine.isEmpty()) {
      return;
    }
    long[] one = any(mine);
    RefusalCause cause = random.nextInt(3) == 0 ? RefusalCause.FAILED : RefusalCause.WOULD_BLOCK;
    real.refuse(now, session, one[0], one[1], cause);
    if (isCompared) {
      reference.refuse(now, session, one[0], one[1], cause);
    }
    settle("refuse " + one[0] + "#" + one[1] + " by " + session + " " + cause);
  }

  private void end() {
    if (ids.isEmpty()) {
      return;
    }
    InvalidationId id = any(ids.subList(Math.max(0, ids.size() - 12), ids.size()));
    long host = random.nextInt(15) == 0 ? 0 : hostOf.getOrDefault(id, 0L);
    String answer = real.end(now, host, id.spaceId(), id.sequence());
    same(
        "end", answer, isCompared ? reference.end(now, host, id.spaceId(), id.sequence()) : answer);
    if (answer.equals("ENDED")) {
      checker.endAsked(id);
    }
    settle("end " + id);
  }

  private void cancel() {
    if (beginTags.isEmpty()) {
      return;
    }
    int tag = any(beginTags.subList(Math.max(0, beginTags.size() - 6), beginTags.size()));
    InvalidationId id = ticket(tag).id();
    if (id != null) {
      checker.endAsked(id);
    }
    real.cancelBegin(now, tag);
    if (isCompared) {
      reference.cancelBegin(now, tag);
    }
    settle("cancelBegin " + tag);
  }

  private void read() {
    if (!readTags.isEmpty() && random.nextInt(4) == 0) {
      int tag = any(readTags);
      checker.readCancelled(tag);
      real.cancelRead(tag);
      if (isCompared) {
        reference.cancelRead(tag);
      }
      settle("cancelRead " + tag);
      return;
    }
    int tag = ++lastTag;
    long space = space();
    List<int[]> runs = runs();
    readTags.add(tag);
    long reserve = random.nextInt(3) == 0 ? 0 : (1 + random.nextInt(90)) * MILLI + tag * 10L;
    checker.reading(tag, space, runs, reserve);
    real.readBegin(now, tag, space, runs, mutant.reserve(reserve));
    if (isCompared) {
      reference.readBegin(now, tag, space, runs, reserve);
    }
    settle("readBegin " + tag + " in " + space);
  }

  private void retry() {
    if (random.nextInt(3) == 0) {
      // A token for other ranges than it was taken for: the coordinator can't know.
      long space = space();
      long sequence = random.nextLong(20);
      List<int[]> runs = runs();
      String answer = real.retry(now, space, sequence, runs, 0);
      same(
          "readRetry",
          answer,
          isCompared ? reference.retry(now, space, sequence, runs, 0) : answer);
      return;
    }
    Token token = checker.anyToken(random);
    if (token == null) {
      return;
    }
    List<int[]> runs = checker.runsOf(token);
    long reservation = token.reservation();
    String answer =
        real.retry(now, token.spaceId(), token.sequence(), runs, mutant.returned(reservation));
    same(
        "readRetry",
        answer,
        isCompared
            ? reference.retry(now, token.spaceId(), token.sequence(), runs, reservation)
            : answer);
    fairness.returned(reservation);
    checker.retried(token, answer);
    settle("readRetry");
  }

  private void changeSessions() {
    long session = any(random.nextInt(3) == 0 ? hosts : devices);
    switch (random.nextInt(10)) {
      case 0, 1 -> {
        if (random.nextInt(3) == 0) {
          openHost();
        } else {
          openDevice();
        }
      }
      case 2 -> {
        checker.left(session);
        real.detach(now, session);
        if (isCompared) {
          reference.detach(now, session);
        }
        settle("detach " + session);
      }
      case 3, 4 -> {
        silent.add(session);
        checker.disconnected(session);
        // What was told last does not arrive.
        List<long[]> mine = owed.getOrDefault(session, new ArrayList<>());
        mine.subList(random.nextInt(mine.size() + 1), mine.size()).clear();
        real.streamBroken(now, session);
        if (isCompared) {
          reference.streamBroken(now, session);
        }
        suspects.add(session);
        settle("streamBroken " + session);
      }
      case 5, 6, 7 ->
          resume(suspects.isEmpty() || random.nextInt(4) == 0 ? session : any(suspects));
      case 8 -> {
        String answer = real.evict(now, session);
        same("evict", answer, isCompared ? reference.evict(now, session) : answer);
        if (answer.startsWith("ok ")) {
          checker.evicted(session);
        }
        settle("evict " + session);
      }
      default -> silent.add(session);
    }
  }

  /** Any session may try, also one that the coordinator still believes in. */
  private void resume(long session) {
    List<long[]> positions = new ArrayList<>();
    for (long space : spaces) {
      if (random.nextInt(4) > 0) {
        positions.add(
            new long[] {
              space, random.nextInt(20) == 0 ? 2 : 1, random.nextLong(12), random.nextLong(4)
            });
      }
    }
    String answer = real.resume(now, session, positions);
    same("resume", answer, isCompared ? reference.resume(now, session, positions) : answer);
    suspects.remove(session);
    if (answer.startsWith("ok ")) {
      silent.remove(session);
    }
    settle("resume " + session);
  }

  private void release() {
    long space = space();
    long ackDeadline = (1 + random.nextInt(400)) * MILLI + ++lastTag * 10L;
    int tag = ++lastTag;
    checker.releasing(space);
    fairness.releasing(space);
    real.release(now, tag, space, ackDeadline);
    if (isCompared) {
      reference.release(now, tag, space, ackDeadline);
    }
    spaces.remove(space);
    settle("release " + space);
  }
}
