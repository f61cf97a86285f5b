package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges a coordinator by the promises, from what clients did and were told, and from which
 * invalidations it says are running. It knows no rule of how that comes about.
 */
final class PromiseChecker {

  record Began(int tag, InvalidationId id, long host, Subject.Begin request, int mask, long now) {}

  /** One client. */
  private static final class Client {
    boolean isConnected = true;
    boolean hasLeft;
    boolean isEvicted;
    long renewed;
    long ttl;
    final Map<Long, Map<Long, Integer>> subscriptions = new HashMap<>();
    final Set<InvalidationId> told = new HashSet<>();
    final Set<InvalidationId> listed = new HashSet<>();
    final Set<InvalidationId> ended = new HashSet<>();
    final Set<InvalidationId> acked = new HashSet<>();
    final Map<Long, Long> lastSequence = new HashMap<>();

    /** What it is to be told again in this step, because it resumed. */
    final Set<InvalidationId> replayed = new HashSet<>();

    boolean isResuming;

    /** Began while nobody listened and unsubscribed before the resume: only its end may be told. */
    final Set<InvalidationId> missed = new HashSet<>();

    int mask(long space) {
      return subscriptions.getOrDefault(space, Map.of()).values().stream()
          .reduce(0, (a, b) -> a | b);
    }

    /** By its own clock it has stopped using everything (G4). */
    boolean isFenced(long now) {
      return now - renewed >= ttl;
    }

    boolean isLeaseCertainlyOver(long now) {
      return now - renewed >= ttl + guard(ttl);
    }
  }

  /** A tenth, and a thousandth for the clocks' rates; each rounded up. */
  private static long guard(long ttl) {
    return (ttl + 9) / 10 + (ttl + 999) / 1000;
  }

  private record Update(long session, long space, List<Long> remove, List<int[]> add) {}

  private record Read(long space, int mask, List<int[]> runs) {}

  private final Mutant mutant;
  private final FairnessChecker fairness;
  private final Map<Long, Client> clients = new TreeMap<>();
  private final Map<InvalidationId, Began> begins = new HashMap<>();
  private final Map<Integer, Began> byTag = new HashMap<>();
  private final Map<Integer, Began> pending = new TreeMap<>();
  private final Map<InvalidationId, Set<Long>> concerned = new HashMap<>();
  private final Set<InvalidationId> endAsked = new HashSet<>();
  private final Set<Long> releasing = new HashSet<>();
  private Map<InvalidationId, InvalidationView> running = new HashMap<>();
  private final Map<Integer, Update> updates = new HashMap<>();
  private final Map<Integer, Read> waiting = new TreeMap<>();
  private final Map<Integer, Read> reads = new HashMap<>();
  private final Map<Token, Read> tokens = new HashMap<>();

  /**
   * Bounds of the highest sequence per page of each space, from begins and forced ends; a forced
   * end that nobody heard took one of those that its step used up.
   */
  private final Map<Long, long[]> atLeast = new HashMap<>();

  private final Map<Long, long[]> atMost = new HashMap<>();
  private Map<Long, Long> sequences = Map.of();

  private final Map<InvalidationId, Began> justBegan = new LinkedHashMap<>();
  private int justReading;
  private long previousNow;
  private boolean isStarted;

  PromiseChecker(Mutant mutant, FairnessChecker fairness) {
    this.mutant = mutant;
    this.fairness = fairness;
  }

  // What clients do.

  void opened(long session, long now, long ttl) {
    Client client = new Client();
    client.renewed = now;
    client.ttl = ttl;
    clients.put(session, client);
  }

  void heartbeat(long session, long now, boolean isRenewed) {
    Client client = client(session);
    if (isRenewed) {
      assertThat(client.isConnected && !client.hasLeft)
          .as("G6: a session that is put out, broken or gone was renewed")
          .isTrue();
      client.renewed = now;
    }
  }

  void left(long session) {
    Client client = clients.get(session);
    if (client != null) {
      client.hasLeft = true;
      client.subscriptions.clear();
    }
  }

  void disconnected(long session) {
    client(session).isConnected = false;
  }

  void evicted(long session) {
    client(session).isEvicted = true;
  }

  void updating(int tag, long session, long space, List<Long> remove, List<int[]> add) {
    updates.put(tag, new Update(session, space, remove, add));
  }

  /** A begin takes its sequence, with this input or with what it was postponed for. */
  void began(int tag, InvalidationId id, long host, Subject.Begin request, long now) {
    int mask = Pages.mask(request.runs());
    fairness.began(tag, id, request, mask, now);
    Began began = new Began(tag, id, host, request, mask, now);
    begins.put(id, began);
    byTag.put(tag, began);
    pending.put(tag, began);
    Set<Long> hit = new HashSet<>();
    for (var entry : clients.entrySet()) {
      Client client = entry.getValue();
      if (entry.getKey() != request.owner() && (client.mask(id.spaceId()) & mask) != 0) {
        hit.add(entry.getKey());
      }
    }
    concerned.put(id, hit);
    long last = sequences.getOrDefault(id.spaceId(), 0L);
    for (InvalidationId other : justBegan.keySet()) {
      last = other.spaceId() == id.spaceId() ? Math.max(last, other.sequence()) : last;
    }
    assertThat(id.sequence()).as("a begin takes a higher sequence").isGreaterThan(last);
    raise(id.spaceId(), mask, id.sequence(), id.sequence());
    justBegan.put(id, began);
  }

  private void raise(long space, int mask, long low, long high) {
    raise(atLeast.computeIfAbsent(space, key -> new long[Pages.COUNT]), mask, low);
    raise(atMost.computeIfAbsent(space, key -> new long[Pages.COUNT]), mask, high);
  }

  private static void raise(long[] pages, int mask, long sequence) {
    for (int page = 0; page < Pages.COUNT; page++) {
      if ((mask & (1 << page)) != 0) {
        pages[page] = Math.max(pages[page], sequence);
      }
    }
  }

  private static long highest(long @Nullable [] pages, int mask) {
    long highest = 0;
    for (int page = 0; pages != null && page < Pages.COUNT; page++) {
      if ((mask & (1 << page)) != 0) {
        highest = Math.max(highest, pages[page]);
      }
    }
    return highest;
  }

  void acked(long session, long space, long sequence, boolean isAllUpTo) {
    Client client = client(session);
    for (InvalidationId id : client.told) {
      boolean isMeant = isAllUpTo ? id.sequence() <= sequence : id.sequence() == sequence;
      if (id.spaceId() == space && isMeant) {
        client.acked.add(id);
      }
    }
  }

  void endAsked(InvalidationId id) {
    endAsked.add(id);
  }

  void releasing(long space) {
    releasing.add(space);
  }

  void reading(int tag, long space, List<int[]> runs, long reserve) {
    int mask = Pages.mask(runs);
    fairness.reading(tag, space, mask, reserve);
    Read read = new Read(space, mask, runs);
    waiting.put(tag, read);
    reads.put(tag, read);
    justReading = tag;
  }

  void readCancelled(int tag) {
    waiting.remove(tag);
  }

  @Nullable Token anyToken(Random random) {
    List<Token> all = new ArrayList<>(tokens.keySet());
    all.sort((a, b) -> Long.compare(hash(a), hash(b)));
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private static long hash(Token token) {
    return token.spaceId() << 40 | token.sequence() << 20 | token.reservation();
  }

  List<int[]> runsOf(Token token) {
    Read read = tokens.get(token);
    return read == null ? List.of() : read.runs();
  }

  /** G1 for mappers, G3: a token fails if and only if something that overlaps began since. */
  void retried(Token token, String real) {
    String answer = mutant.retry(real);
    Read read = tokens.get(token);
    if (read == null || answer.equals("SPACE_GONE")) {
      assertThat(releasing).as("SPACE_GONE").contains(token.spaceId());
      return;
    }
    if (releasing.contains(token.spaceId())) {
      assertThat(answer).as("G1: a token of a space that is being released").isNotEqualTo("VALID");
    }
    if (highest(atLeast.get(token.spaceId()), read.mask()) > token.sequence()) {
      assertThat(answer).as("G1: read_retry of " + token).isEqualTo("INVALIDATED");
    } else if (highest(atMost.get(token.spaceId()), read.mask()) <= token.sequence()
        && !releasing.contains(token.spaceId())) {
      assertThat(answer).as("G3: read_retry of " + token).isEqualTo("VALID");
    }
  }

  // For mutants.

  Optional<Began> justBegan() {
    return justBegan.values().stream().findFirst();
  }

  Optional<Integer> justReading() {
    return justReading == 0 || !waiting.containsKey(justReading)
        ? Optional.empty()
        : Optional.of(justReading);
  }

  Token tokenNow(int tag) {
    return new Token(
        reads.getOrDefault(tag, new Read(0, 0, List.of())).space(), new Incarnation(7, 7), 1, 0, 0);
  }

  // What the coordinator does.

  void settle(
      String step,
      long now,
      List<Told> realTold,
      List<InvalidationView> realRunning,
      Map<Long, Long> sequencesAfter) {
    if (!isStarted) {
      previousNow = now;
      isStarted = true;
    }
    List<Told> told = mutant.changed(realTold, this);
    Map<InvalidationId, InvalidationView> after = new HashMap<>();
    for (InvalidationView view : mutant.running(realRunning)) {
      after.put(view.invalidation().id(), view);
    }
    Map<InvalidationId, InvalidationView> before = running;
    running = after;
    for (Told one : told) {
      judge(one, now, step);
    }
    Set<InvalidationId> vanished = new HashSet<>(before.keySet());
    vanished.addAll(justBegan.keySet());
    justBegan.values().forEach(began -> checkAllTold(began, told));
    vanished.removeAll(after.keySet());
    for (InvalidationId id : vanished) {
      checkEnd(id, now, told, sequencesAfter);
    }
    checkBounds(now);
    checkReaders();
    fairness.settled();
    sequences = sequencesAfter;
    justBegan.clear();
    justReading = 0;
    previousNow = now;
    for (Client client : clients.values()) {
      assertThat(client.replayed).as("G7: owed and not told after a resume").isEmpty();
      client.isResuming = false;
    }
  }

  private void judge(Told one, long now, String step) {
    switch (one) {
      case Told.Invalidated told -> judge(told);
      case Told.Ended told -> judge(told);
      case Told.Released(var session, var space) -> {
        assertThat(client(session).isConnected).as("released after closed").isTrue();
        client(session).subscriptions.remove(space);
      }
      case Told.Closed(var session, var cause) -> {
        Client client = client(session);
        assertThat(client.isConnected).as("closed twice").isTrue();
        client.isConnected = false;
        if (cause == EndCause.LEASE_EXPIRED) {
          assertThat(client.isLeaseCertainlyOver(now)).as("G4: expired too early").isTrue();
        }
      }
      case Told.Superseded(var session) -> {
        assertThat(client(session).isConnected).as("superseded after closed").isTrue();
        client(session).isConnected = false;
      }
      case Told.Resumed(var session, var baselines) -> resumed(session, now, baselines);
      case Told.ResumeRefused told -> {}
      case Told.Begun(var tag, var id, var report) -> {
        assertThat(pending.remove(tag)).as("G2: answered once, at " + step).isNotNull();
        checkNobodyUses(id, now);
      }
      case Told.BeginRefused(var tag, var refusal) -> {
        Began began = byTag.get(tag);
        if (began != null) {
          assertThat(pending.remove(tag)).as("G2: answered once").isNotNull();
          endAsked.add(began.id());
        }
      }
      case Told.Updated(var tag, var session, var update) -> updated(tag, update);
      case Told.UpdateRefused told -> {}
      case Told.Ready(var tag, var token) -> {
        ready(tag, token);
        fairness.ready(tag, token, now);
      }
      case Told.ReadRefused(var tag, var refusal) ->
          assertThat(waiting.remove(tag)).as("a reader was answered twice").isNotNull();
      case Told.SpaceReleased told -> {}
      case Told.ReleaseRefused told -> {}
    }
  }

  /** G1: each device that could have used a page has acked, dropped it, left, or is fenced. */
  private void checkNobodyUses(InvalidationId id, long now) {
    Began began = begins.get(id);
    if (began == null) {
      return;
    }
    for (long session : concerned.getOrDefault(id, Set.of())) {
      Client client = client(session);
      boolean isDropped = (client.mask(id.spaceId()) & began.mask()) == 0;
      boolean hasAckedRelease =
          releasing.contains(id.spaceId())
              && client.acked.stream()
                  .anyMatch(other -> other.spaceId() == id.spaceId() && !begins.containsKey(other));
      assertThat(
              client.acked.contains(id)
                  || hasAckedRelease
                  || isDropped
                  || client.hasLeft
                  || client.isFenced(now))
          .as("G1: begun while session %d may use %s", session, id)
          .isTrue();
    }
  }

  /** G7: filtered, in order, once, to those who listen. */
  private void judge(Told.Invalidated told) {
    Client client = client(told.session());
    InvalidationId id = told.what().id();
    assertThat(client.isConnected).as("G7: told after closed").isTrue();
    if (client.isResuming) {
      assertThat(client.replayed.remove(id) || !begins.containsKey(id))
          .as("G7: session %d is told again of %s", told.session(), id)
          .isTrue();
      client.told.add(id);
      client.lastSequence.merge(id.spaceId(), id.sequence(), Math::max);
      return;
    }
    assertThat(id.sequence())
        .as("G7: order at session " + told.session())
        .isGreaterThan(client.lastSequence.getOrDefault(id.spaceId(), 0L));
    client.lastSequence.put(id.spaceId(), id.sequence());
    client.told.add(id);
    if (told.what().event() != InvalidationEvent.RELEASE) {
      assertThat(concerned.get(id)).as("G7: filtered").contains(told.session());
      Began began = justBegan.get(id);
      assertThat(Pages.mask(told.what().ranges())).isEqualTo(began == null ? 0 : began.mask());
    }
  }

  private void judge(Told.Ended told) {
    Client client = client(told.session());
    InvalidationId id = told.what().id();
    assertThat(client.isConnected).as("G7: end told after closed").isTrue();
    assertThat(client.told.contains(id) || client.listed.contains(id) || client.missed.contains(id))
        .as("G7: end of what session %d was not told: %s", told.session(), id)
        .isTrue();
    assertThat(client.ended.add(id)).as("G7: end told once").isTrue();
    assertThat(running).as("G7: end told of what runs").doesNotContainKey(id);
    if (told.isForced()) {
      assertThat(told.endSequence()).as("G9: new sequence").isGreaterThan(id.sequence());
    }
  }

  /** G7: gap-free. */
  private void checkAllTold(Began began, List<Told> told) {
    for (long session : concerned.getOrDefault(began.id(), Set.of())) {
      Client client = client(session);
      boolean wasTold = client.told.contains(began.id());
      boolean wasRefusedUnsent =
          told.stream()
              .anyMatch(
                  one -> one instanceof Told.BeginRefused(var tag, var r) && tag == began.tag());
      assertThat(wasTold || !client.isConnected || wasRefusedUnsent)
          .as("G7: session %d was not told of %s", session, began.id())
          .isTrue();
    }
  }

  /** G9 and R14: nothing stops running without a reason, and everybody who was told hears it. */
  private void checkEnd(InvalidationId id, long now, List<Told> told, Map<Long, Long> after) {
    Began began = begins.get(id);
    if (began == null || releasing.contains(id.spaceId())) {
      return;
    }
    Client host = client(began.host());
    boolean isByForce = !endAsked.contains(id) && !host.hasLeft;
    if (isByForce) {
      assertThat(host.isLeaseCertainlyOver(now))
          .as("G9: %s ended although the lease of its host runs", id)
          .isTrue();
    }
    long endSequence = 0;
    Set<Long> heard = new HashSet<>();
    for (Told one : told) {
      if (one instanceof Told.Ended(var session, var what, var isForced, var sequence)
          && what.id().equals(id)) {
        assertThat(isForced).as("G9: forced end of " + id).isEqualTo(isByForce);
        endSequence = sequence;
        heard.add(session);
      }
    }
    if (isByForce) {
      long before = sequences.getOrDefault(id.spaceId(), 0L);
      long low = endSequence == 0 ? before + 1 : endSequence;
      long high = endSequence == 0 ? after.getOrDefault(id.spaceId(), before) : endSequence;
      assertThat(high).as("G9: a forced end takes a sequence").isGreaterThan(before);
      raise(id.spaceId(), began.mask(), low, high);
    }
    for (var entry : clients.entrySet()) {
      Client client = entry.getValue();
      if (client.isConnected
          && !client.hasLeft
          && (client.told.contains(id) || client.listed.contains(id))) {
        assertThat(heard).as("R14: session was not told the end of " + id).contains(entry.getKey());
      }
    }
  }

  /**
   * G6, G7: only a session that nobody gave up goes on; it hears what runs over its pages, and next
   * of everything that it owes.
   */
  private void resumed(long session, long now, List<SpaceBaseline> baselines) {
    Client client = client(session);
    assertThat(client.hasLeft || client.isEvicted || client.isLeaseCertainlyOver(now))
        .as("G6: session %d resumed though it was put out, over or gone", session)
        .isFalse();
    client.isConnected = true;
    client.isResuming = true;
    client.renewed = now;
    Set<InvalidationId> listed = new HashSet<>();
    for (SpaceBaseline baseline : baselines) {
      baseline.running().forEach(what -> listed.add(what.id()));
    }
    for (InvalidationId id : running.keySet()) {
      Began began = begins.get(id);
      if (began != null && began.request().owner() != session) {
        boolean isHit = (client.mask(id.spaceId()) & began.mask()) != 0;
        assertThat(listed.contains(id)).as("R6: listed at the resume: " + id).isEqualTo(isHit);
        if (isHit && isOwed(session, client, began)) {
          client.replayed.add(id);
        } else if (!isHit && concerned.getOrDefault(id, Set.of()).contains(session)) {
          client.missed.add(id);
        }
      }
    }
    client.listed.addAll(listed);
  }

  private boolean isOwed(long session, Client client, Began began) {
    return pending.containsKey(began.tag())
        && concerned.getOrDefault(began.id(), Set.of()).contains(session)
        && !client.acked.contains(began.id());
  }

  boolean wasTold(long session, InvalidationId id) {
    return client(session).told.contains(id);
  }

  private void updated(int tag, SubscriptionsUpdate update) {
    Update asked = updates.get(tag);
    if (asked == null) {
      return;
    }
    Client client = client(asked.session());
    Map<Long, Integer> mine =
        client.subscriptions.computeIfAbsent(asked.space(), key -> new TreeMap<>());
    asked.remove().forEach(mine::remove);
    int added = 0;
    for (int[] one : asked.add()) {
      int mask = Pages.mask(one[1], one[2]);
      mine.put((long) one[0], mask);
      added |= mask;
    }
    // It has dropped these; what it subscribes to later is listed to it and not used before the
    // end.
    for (Began began : pending.values()) {
      if (began.id().spaceId() == asked.space()
          && (client.mask(asked.space()) & began.mask()) == 0) {
        client.acked.add(began.id());
      }
    }
    Set<InvalidationId> listed = new HashSet<>();
    update.running().forEach(what -> listed.add(what.id()));
    for (var entry : running.entrySet()) {
      Began began = begins.get(entry.getKey());
      if (began != null
          && entry.getKey().spaceId() == asked.space()
          && (began.mask() & added) != 0
          && began.request().owner() != asked.session()) {
        assertThat(listed).as("R6, R7: running over what was added").contains(entry.getKey());
      }
    }
    client.listed.addAll(listed);
  }

  /** G3 and R1: nothing that overlaps runs. */
  private void ready(int tag, Token token) {
    Read read = waiting.remove(tag);
    assertThat(read).as("a reader was answered twice").isNotNull();
    if (read != null) {
      List<InvalidationId> running = overlapping(read);
      // One that began after it, in the same step, is found by its read_retry.
      running.removeIf(id -> justBegan.containsKey(id) && id.sequence() > token.sequence());
      assertThat(running).as("R1, R5: reader " + tag + " goes").isEmpty();
      tokens.put(token, read);
    }
  }

  private List<InvalidationId> overlapping(Read read) {
    List<InvalidationId> found = new ArrayList<>();
    for (InvalidationView view : running.values()) {
      InvalidationId id = view.invalidation().id();
      if (id.spaceId() == read.space()
          && (Pages.mask(view.invalidation().ranges()) & read.mask()) != 0) {
        found.add(id);
      }
    }
    return found;
  }

  private void checkReaders() {
    for (var entry : waiting.entrySet()) {
      assertThat(overlapping(entry.getValue()))
          .as("G3: reader %d waits for something of its own", entry.getKey())
          .isNotEmpty();
    }
  }

  /** G2: ack deadline + lease + guard, and the time by which this step came late. */
  private void checkBounds(long now) {
    for (Began began : pending.values()) {
      long bound = began.request().isNonBlockable() ? 0 : began.request().ackDeadline();
      long lease = 0;
      for (long session : concerned.getOrDefault(began.id(), Set.of())) {
        Client client = client(session);
        lease = Math.max(lease, client.ttl + guard(client.ttl));
      }
      long late = now - previousNow;
      assertThat(now - began.now())
          .as("G2: begin %d is bounded", began.tag())
          .isLessThanOrEqualTo(bound + Math.max(lease, 50_000_000L) + late);
    }
  }

  private Client client(long session) {
    return clients.computeIfAbsent(session, key -> new Client());
  }
}
