package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the contract again, as lists and sets searched from end to end: slow, obvious, and
 * sharing nothing with the product. Time has to be advanced through every instant at which {@link
 * #nextInstant} says something happens.
 */
final class ReferenceCoordinator implements Subject {
  static final class Space {
    long id;
    String name = "";
    long sequence;
    long[] last = new long[Pages.COUNT];
    List<Running> running = new ArrayList<>();
    List<Reader> readers = new ArrayList<>();
    List<Integer> releases = new ArrayList<>();
    List<Reserved> reservations = new ArrayList<>();
    List<Postponed> postponed = new ArrayList<>();
  }

  static final class Member {
    long id;
    boolean isDevice;
    boolean isHold;
    boolean isLeased;
    boolean isConnected;
    boolean isOver;
    String state = "ACTIVE";
    String cause = "";
    long renewed;
    long ttl;
    Map<Long, Map<Long, int[]>> subscriptions = new TreeMap<>();
    Map<Long, Long> versions = new HashMap<>();

    long leaseEnd() {
      return renewed + ttl + guard(ttl);
    }

    boolean isPutOut() {
      return isOver || state.equals("EVICTED");
    }
  }

  /** A tenth, and a thousandth for the clocks' rates; each rounded up. */
  private static long guard(long ttl) {
    return (ttl + 9) / 10 + (ttl + 999) / 1000;
  }

  static final class Running {
    Space space = new Space();
    long sequence;
    int mask;
    Begin request = new Begin(0, List.of(), InvalidationEvent.CLEAR, false, 0, 0, 0, 0);
    int tag;
    long host;
    long began;
    long deadline;
    boolean isPending = true;
    boolean isRelease;
    Set<Long> captured = new TreeSet<>();
    Set<Long> owing = new TreeSet<>();
    Set<Long> told = new TreeSet<>();
    Map<Long, String> notAcked = new TreeMap<>();
    long slowest;
  }

  static final class Reader {
    int tag;
    int mask;
    long reserve;
  }

  record Reserved(long id, int mask, long end) {}

  record Postponed(int tag, Begin begin, int mask, long until) {}

  final Map<Long, Space> spaces = new TreeMap<>();
  final Map<Long, Member> sessions = new TreeMap<>();
  private final Set<String> forced = new HashSet<>();
  private final int unackedMax;
  private final int reservationsMax;
  private final long beginDelayMax;
  private SortedMap<String, List<String>> outputs = new TreeMap<>();
  private long lastSpace;
  private long lastSession;
  private long lastReservation;

  ReferenceCoordinator(int unackedMax, int reservationsMax, long beginDelayMax) {
    this.unackedMax = unackedMax;
    this.reservationsMax = reservationsMax;
    this.beginDelayMax = beginDelayMax;
  }

  private void tell(String recipient, String what) {
    outputs.computeIfAbsent(recipient, key -> new ArrayList<>()).add(what);
  }

  private void tellDevice(long id, String what) {
    Member member = sessions.get(id);
    if (member != null && member.isConnected) {
      tell("session" + id, what);
    }
  }

  @Override
  public String createSpace(long now, String name) {
    for (Space space : spaces.values()) {
      if (space.name.equals(name)) {
        return "ALREADY_EXISTS";
      }
    }
    Space space = new Space();
    space.id = ++lastSpace;
    space.name = name;
    spaces.put(space.id, space);
    return "ok " + space.id;
  }

  private Member open(boolean isDevice, long ttl) {
    Member member = new Member();
    member.id = ++lastSession;
    member.isDevice = isDevice;
    member.ttl = ttl;
    sessions.put(member.id, member);
    return member;
  }

  @Override
  public String openDevice(long now, long ttl, long previous) {
    replace(now, true, previous);
    return started(now, open(true, ttl));
  }

  @Override
  public String openHost(long now, long ttl, long previous) {
    replace(now, false, previous);
    return started(now, open(false, ttl));
  }

  private void replace(long now, boolean isDevice, long previous) {
    Member old = sessions.get(previous);
    if (old != null && old.isDevice == isDevice && !old.isOver) {
      old.state = "DETACHED";
      tellDevice(old.id, "closed REPLACED");
      old.isConnected = false;
      over(now, old, "LEFT", false);
    }
  }

  private static String started(long now, Member member) {
    member.isConnected = true;
    member.isLeased = true;
    member.renewed = now;
    return "ok " + member.id;
  }

  @Override
  public String resume(long now, long session, List<long[]> positions) {
    Member member = sessions.get(session);
    String refused = refusedResume(member);
    if (member == null || !refused.isEmpty()) {
      tell("session" + session, "refused " + refused);
      return refused;
    }
    tellDevice(session, "superseded");
    member.isConnected = true;
    member.state = "ACTIVE";
    member.renewed = now;
    List<String> baselines = new ArrayList<>();
    for (Space space : spaces.values()) {
      baseline(space, member, positions).ifPresent(baselines::add);
    }
    tell("session" + session, "resumed " + baselines);
    for (Running running : allRunning()) {
      if (running.isPending && running.owing.contains(session)) {
        tellDevice(session, "invalidate " + running.space.id + "#" + running.sequence);
      }
    }
    return "ok " + session;
  }

  private static String refusedResume(@Nullable Member member) {
    if (member == null || !member.isDevice) {
      return "SESSION_EXPIRED";
    }
    return member.isPutOut()
        ? member.state.equals("EVICTED") ? "SESSION_EVICTED" : "SESSION_EXPIRED"
        : "";
  }

  private static Optional<String> baseline(Space space, Member member, List<long[]> positions) {
    long version = member.versions.getOrDefault(space.id, 0L);
    boolean isResync = false;
    boolean isNamed = version > 0;
    for (long[] one : positions) {
      if (one[0] == space.id) {
        isNamed = true;
        isResync = version == 0 || one[1] != 1 || one[2] > space.sequence || one[3] > version;
      }
    }
    List<Long> running =
        space.running.stream()
            .filter(one -> (one.mask & mask(member, space.id)) != 0)
            .filter(one -> one.request.owner() != member.id)
            .map(one -> one.sequence)
            .toList();
    return isNamed
        ? Optional.of(Subject.baseline(space.id, space.sequence, version, running, isResync))
        : Optional.empty();
  }

  @Override
  public String heartbeat(long now, long session) {
    Member member = sessions.get(session);
    if (member == null || member.isHold) {
      return "SESSION_EXPIRED";
    }
    if (member.isOver || !member.state.equals("ACTIVE")) {
      return member.state.equals("EVICTED") ? "SESSION_EVICTED" : "SESSION_EXPIRED";
    }
    member.renewed = now;
    return "renewed " + member.ttl;
  }

  @Override
  public void detach(long now, long session) {
    Member member = sessions.get(session);
    if (member != null && !member.isOver) {
      member.isConnected = false;
      member.state = "DETACHED";
      over(now, member, "LEFT", false);
    }
  }

  @Override
  public void streamBroken(long now, long session) {
    Member member = sessions.get(session);
    if (member != null) {
      member.isConnected = false;
      if (member.state.equals("ACTIVE")) {
        member.state = "SUSPECT";
      }
    }
  }

  @Override
  public String evict(long now, long session) {
    Member member = sessions.get(session);
    if (member == null || member.isOver) {
      return "NOT_FOUND";
    }
    putOut(now, member, "OPERATOR");
    return "ok " + session;
  }

  private void putOut(long now, Member member, String cause) {
    if (member.isPutOut()) {
      return;
    }
    member.state = "EVICTED";
    member.cause = cause;
    tellDevice(member.id, "closed " + cause);
    member.isConnected = false;
    for (Running running : allRunning()) {
      if (running.host == member.id && running.isPending) {
        undo(now, running, "SESSION_EVICTED");
      }
    }
  }

  private List<Running> allRunning() {
    List<Running> all = new ArrayList<>();
    spaces.values().forEach(space -> all.addAll(space.running));
    return all;
  }

  /** The session holds nothing any more. */
  private void over(long now, Member member, String outcome, boolean isForced) {
    member.subscriptions.clear();
    for (Running running : allRunning()) {
      if (running.isPending && running.owing.contains(member.id)) {
        settled(now, running, member.id, outcome);
      }
    }
    for (Running running : allRunning()) {
      if (running.host == member.id) {
        if (running.isPending) {
          undo(
              now, running, member.state.equals("EVICTED") ? "SESSION_EVICTED" : "SESSION_EXPIRED");
        } else {
          ended(now, running, isForced);
        }
      }
    }
    member.isOver = true;
    if (member.isHold && !member.state.equals("EXPIRED")) {
      sessions.remove(member.id);
    }
  }

  private void settled(long now, Running running, long session, @Nullable String outcome) {
    running.owing.remove(session);
    running.slowest = now - running.began;
    if (outcome != null) {
      running.notAcked.put(session, outcome);
    }
    completeIfDone(now, running);
  }

  private void completeIfDone(long now, Running running) {
    if (!running.isPending || !running.owing.isEmpty()) {
      return;
    }
    running.isPending = false;
    String report = Subject.report(running.captured.size(), running.notAcked, running.slowest);
    if (running.isRelease) {
      finishRelease(now, running.space, report);
      return;
    }
    Member host = sessions.get(running.host);
    if (host != null && host.isHold) {
      host.isLeased = true;
      host.renewed = now;
    }
    tell("begin" + running.tag, "begun " + running.sequence + " " + report);
  }

  private void finishRelease(long now, Space space, String report) {
    for (Running running : List.copyOf(space.running)) {
      if (running.isPending) {
        for (long session : Set.copyOf(running.owing)) {
          settled(now, running, session, "LEFT");
        }
      }
      dropHold(running);
    }
    for (Member member : sessions.values()) {
      member.subscriptions.remove(space.id);
      if (member.versions.remove(space.id) != null && !member.isOver) {
        tellDevice(member.id, "released " + space.id);
      }
    }
    spaces.remove(space.id);
    space.running.clear();
    for (int tag : space.releases) {
      tell("release" + tag, "released " + report);
    }
  }

  private void dropHold(Running running) {
    Member host = sessions.get(running.host);
    if (host != null && host.isHold && !host.state.equals("EXPIRED")) {
      sessions.remove(host.id);
    }
  }

  private void undo(long now, Running running, String reason) {
    tell("begin" + running.tag, "refused " + reason);
    running.isPending = false;
    ended(now, running, false);
  }

  private void ended(long now, Running running, boolean isForced) {
    Space space = running.space;
    space.running.remove(running);
    long endSequence = 0;
    if (isForced) {
      endSequence = ++space.sequence;
      raise(space, running.mask, endSequence);
      forced.add(space.id + "#" + running.sequence);
    }
    for (long session : running.told) {
      tellDevice(
          session, "ended " + space.id + "#" + running.sequence + " " + isForced + endSequence);
    }
    for (Reader reader : List.copyOf(space.readers)) {
      if (space.running.stream().noneMatch(other -> (other.mask & reader.mask) != 0)) {
        space.readers.remove(reader);
        ready(now, space, reader);
      }
    }
    dropHold(running);
  }

  private static void raise(Space space, int mask, long sequence) {
    for (int page = 0; page < Pages.COUNT; page++) {
      if ((mask & (1 << page)) != 0) {
        space.last[page] = sequence;
      }
    }
  }

  private static int mask(Member member, long space) {
    return Pages.mask(List.copyOf(member.subscriptions.getOrDefault(space, Map.of()).values()));
  }

  @Override
  public void update(
      long now, int tag, long session, long spaceId, List<Long> remove, List<int[]> add) {
    Member member = sessions.get(session);
    Space space = spaces.get(spaceId);
    String to = "update" + tag;
    if (member == null || !member.isDevice) {
      tell(to, "refused NOT_FOUND");
      return;
    }
    if (member.isPutOut()) {
      tell(
          to,
          "refused " + (member.state.equals("EVICTED") ? "SESSION_EVICTED" : "SESSION_EXPIRED"));
      return;
    }
    if (space == null || !space.releases.isEmpty()) {
      tell(to, "refused NOT_FOUND");
      return;
    }
    Map<Long, int[]> after =
        new TreeMap<>(member.subscriptions.getOrDefault(spaceId, new TreeMap<>()));
    boolean isAnyRemoved = after.keySet().removeAll(remove);
    for (int[] wanted : add) {
      int[] there = after.put((long) wanted[0], new int[] {wanted[1], wanted[2]});
      if (there != null && (there[0] != wanted[1] || there[1] != wanted[2])) {
        tell(to, "refused ALREADY_EXISTS");
        return;
      }
    }
    member.subscriptions.put(spaceId, after);
    long version = member.versions.merge(spaceId, 1L, Long::sum);
    int added = Pages.mask(add.stream().map(one -> new int[] {one[1], one[2]}).toList());
    List<Long> listed = new ArrayList<>();
    for (Running running : space.running) {
      if ((running.mask & added) != 0 && running.request.owner() != session) {
        listed.add(running.sequence);
        running.told.add(session);
      }
    }
    tell(to, "updated " + space.sequence + " v" + version + " " + listed);
    for (Running running : List.copyOf(space.running)) {
      boolean isUncovered = (running.mask & mask(member, spaceId)) == 0;
      if (isAnyRemoved && isUncovered && running.isPending && running.owing.contains(session)) {
        settled(now, running, session, "LEFT");
      }
    }
  }

  @Override
  public String ack(
      long now, long session, long spaceId, long epoch, long sequence, boolean isAllUpTo) {
    Member member = sessions.get(session);
    Space space = spaces.get(spaceId);
    if (member == null || !member.state.equals("ACTIVE")) {
      return "SESSION_NOT_ACTIVE";
    }
    if (space == null || !member.versions.containsKey(spaceId)) {
      return "UNKNOWN_SPACE";
    }
    if (epoch != 1) {
      return "STALE_EPOCH";
    }
    int count = 0;
    for (Running running : List.copyOf(space.running)) {
      boolean isMeant = isAllUpTo ? running.sequence <= sequence : running.sequence == sequence;
      if (isMeant && running.isPending && running.owing.contains(session)) {
        count++;
        settled(now, running, session, null);
      }
    }
    return count == 0 ? "NOT_OWED" : "acked " + count;
  }

  @Override
  public void refuse(long now, long session, long spaceId, long sequence, RefusalCause cause) {
    Member member = sessions.get(session);
    Space space = spaces.get(spaceId);
    if (member == null || !member.state.equals("ACTIVE") || space == null) {
      return;
    }
    for (Running running : List.copyOf(space.running)) {
      if (running.sequence == sequence && running.isPending && running.owing.contains(session)) {
        boolean isNonBlockable = running.request.isNonBlockable();
        if (cause == RefusalCause.FAILED) {
          putOut(now, member, "HANDLER_FAILED");
        } else if (!isNonBlockable) {
          putOut(now, member, "REFUSED_BLOCKABLE");
        }
        if (isNonBlockable) {
          undo(now, running, "WOULD_BLOCK");
        }
      }
    }
  }

  @Override
  public void begin(long now, int tag, Begin begin) {
    Space space = spaces.get(begin.space());
    int mask = Pages.mask(begin.runs());
    if (space == null
        || begin.isNonBlockable()
        || refusal(begin) != null
        || !isReserved(space, mask)) {
      beginNow(now, tag, begin);
    } else {
      space.postponed.add(new Postponed(tag, begin, mask, now + beginDelayMax));
    }
  }

  private void beginNow(long now, int tag, Begin begin) {
    String refusal = refusal(begin);
    Space space = spaces.get(begin.space());
    if (refusal != null || space == null) {
      tell("begin" + tag, "refused " + refusal);
      return;
    }
    int mask = Pages.mask(begin.runs());
    Set<Long> captured = captured(space, mask, begin.owner());
    boolean isUnreachable = captured.stream().anyMatch(id -> !session(id).state.equals("ACTIVE"));
    if (begin.isNonBlockable() && isUnreachable) {
      tell("begin" + tag, "refused WOULD_BLOCK");
      return;
    }
    long hostId = begin.host();
    if (hostId == 0) {
      Member hold = open(false, begin.hold());
      hold.isHold = true;
      hostId = hold.id;
    }
    launch(now, space, mask, captured, tag, begin, hostId, false);
  }

  private @Nullable String refusal(Begin begin) {
    Space space = spaces.get(begin.space());
    Member owner = sessions.get(begin.owner());
    Member host = sessions.get(begin.host());
    if (begin.owner() != 0 && !begin.event().isOwnable()) {
      return "INVALID_ARGUMENT";
    }
    if (space == null
        || !space.releases.isEmpty()
        || (begin.owner() != 0 && (owner == null || !owner.isDevice))
        || (begin.host() != 0 && (host == null || host.isDevice))) {
      return "NOT_FOUND";
    }
    if (host != null && host.isPutOut()) {
      return host.state.equals("EVICTED") ? "SESSION_EVICTED" : "SESSION_EXPIRED";
    }
    return host != null && host.isHold ? "PERMISSION_DENIED" : null;
  }

  private Member session(long id) {
    return sessions.getOrDefault(id, new Member());
  }

  private Set<Long> captured(Space space, int mask, long owner) {
    Set<Long> captured = new TreeSet<>();
    for (Member member : sessions.values()) {
      if (member.id != owner && (mask(member, space.id) & mask) != 0) {
        captured.add(member.id);
      }
    }
    return captured;
  }

  private void launch(
      long now,
      Space space,
      int mask,
      Set<Long> captured,
      int tag,
      Begin begin,
      long host,
      boolean isRelease) {
    Running running = new Running();
    running.space = space;
    running.sequence = ++space.sequence;
    running.mask = mask;
    running.request = begin;
    running.tag = tag;
    running.host = host;
    running.began = now;
    running.deadline = now + begin.ackDeadline();
    running.isRelease = isRelease;
    running.captured = captured;
    raise(space, mask, running.sequence);
    for (long id : captured) {
      if (unacked(id) >= unackedMax) {
        putOut(now, session(id), "SLOW_CONSUMER");
      }
    }
    running.owing.addAll(captured);
    running.told.addAll(captured);
    space.running.add(running);
    for (long id : captured) {
      tellDevice(id, "invalidate " + space.id + "#" + running.sequence);
    }
    completeIfDone(now, running);
  }

  private long unacked(long id) {
    return allRunning().stream()
        .filter(running -> running.isPending && running.owing.contains(id))
        .count();
  }

  private @Nullable Running byTag(int tag) {
    return allRunning().stream()
        .filter(running -> running.tag == tag && !running.isRelease)
        .findFirst()
        .orElse(null);
  }

  @Override
  public void cancelBegin(long now, int tag) {
    for (Space space : spaces.values()) {
      if (space.postponed.removeIf(begin -> begin.tag == tag)) {
        tell("begin" + tag, "refused CANCELLED");
      }
    }
    Running running = byTag(tag);
    if (running != null) {
      finish(now, running);
    }
  }

  private void finish(long now, Running running) {
    if (running.isPending) {
      undo(now, running, "CANCELLED");
    } else {
      ended(now, running, false);
    }
  }

  @Override
  public String end(long now, long host, long spaceId, long sequence) {
    for (Running running : allRunning()) {
      if (running.space.id == spaceId && running.sequence == sequence) {
        if (running.isRelease || running.host != host) {
          return "PERMISSION_DENIED";
        }
        finish(now, running);
        return "ENDED";
      }
    }
    return forced.contains(spaceId + "#" + sequence) ? "FORCE_ENDED" : "NOT_RUNNING";
  }

  @Override
  public void readBegin(long now, int tag, long spaceId, List<int[]> runs, long reserve) {
    Space space = spaces.get(spaceId);
    if (space == null || !space.releases.isEmpty()) {
      tell("read" + tag, "refused NOT_FOUND");
      return;
    }
    Reader reader = new Reader();
    reader.tag = tag;
    reader.mask = Pages.mask(runs);
    reader.reserve = reserve;
    if (space.running.stream().noneMatch(running -> (running.mask & reader.mask) != 0)) {
      ready(now, space, reader);
    } else {
      space.readers.add(reader);
    }
  }

  private void ready(long now, Space space, Reader reader) {
    long id = 0;
    if (reader.reserve > 0 && space.reservations.size() < reservationsMax) {
      id = ++lastReservation;
      space.reservations.add(new Reserved(id, reader.mask, now + reader.reserve));
    }
    tell("read" + reader.tag, Subject.ready(space.sequence, id));
  }

  private static boolean isReserved(Space space, int mask) {
    return space.reservations.stream().anyMatch(reserved -> (reserved.mask & mask) != 0);
  }

  /** After reservations are over: what overlaps none begins, or is refused, oldest first. */
  private void resume(long now, Space space) {
    for (Postponed begin : List.copyOf(space.postponed)) {
      if (!isReserved(space, begin.mask) || now >= begin.until) {
        space.postponed.remove(begin);
        beginNow(now, begin.tag, begin.begin);
      }
    }
  }

  @Override
  public void cancelRead(int tag) {
    spaces.values().forEach(space -> space.readers.removeIf(reader -> reader.tag == tag));
  }

  @Override
  public String retry(long now, long spaceId, long sequence, List<int[]> runs, long reservation) {
    String answer = retry(spaceId, sequence, runs);
    Space space = spaces.get(spaceId);
    if (space != null && space.reservations.removeIf(one -> one.id == reservation)) {
      resume(now, space);
    }
    return answer;
  }

  private String retry(long spaceId, long sequence, List<int[]> runs) {
    Space space = spaces.get(spaceId);
    if (space == null) {
      return "SPACE_GONE";
    }
    if (sequence > space.sequence) {
      return "INVALID_ARGUMENT";
    }
    int mask = Pages.mask(runs);
    for (int page = 0; page < Pages.COUNT; page++) {
      if ((mask & (1 << page)) != 0 && space.last[page] > sequence) {
        return "INVALIDATED";
      }
    }
    return "VALID";
  }

  @Override
  public void release(long now, int tag, long spaceId, long ackDeadline) {
    Space space = spaces.get(spaceId);
    if (space == null) {
      tell("release" + tag, "refused NOT_FOUND");
      return;
    }
    boolean isFirst = space.releases.isEmpty();
    space.releases.add(tag);
    if (isFirst) {
      for (Reader reader : space.readers) {
        tell("read" + reader.tag, "refused NOT_FOUND");
      }
      space.readers.clear();
      space.reservations.clear();
      resume(now, space);
      int all = Pages.mask(0, Pages.COUNT - 1);
      Begin begin =
          new Begin(spaceId, List.of(), InvalidationEvent.RELEASE, false, ackDeadline, 0, 0, 0);
      launch(now, space, all, captured(space, all, 0), tag, begin, 0, true);
    }
  }

  /** The first instant after {@code now} at which time alone changes something. */
  long nextInstant(long now) {
    long next = Long.MAX_VALUE;
    for (Member member : sessions.values()) {
      if (!member.isOver && member.isLeased) {
        next = Math.min(next, member.leaseEnd());
      }
    }
    for (Running running : allRunning()) {
      if (running.isPending && running.deadline > now) {
        next = Math.min(next, running.deadline);
      }
    }
    for (Space space : spaces.values()) {
      for (Reserved reserved : space.reservations) {
        next = Math.min(next, reserved.end);
      }
      for (Postponed begin : space.postponed) {
        next = Math.min(next, begin.until);
      }
    }
    return next;
  }

  @Override
  public void advance(long now) {
    for (Space space : spaces.values()) {
      space.reservations.removeIf(reserved -> now >= reserved.end);
      resume(now, space);
    }
    for (Running running : allRunning()) {
      if (running.isPending && now >= running.deadline && running.request.isNonBlockable()) {
        undo(now, running, "WOULD_BLOCK");
      }
    }
    for (Member member : List.copyOf(sessions.values())) {
      if (!member.isOver && member.isLeased && now >= member.leaseEnd()) {
        boolean isEvicted = member.state.equals("EVICTED");
        if (!isEvicted) {
          member.state = "EXPIRED";
          tellDevice(member.id, "closed LEASE_EXPIRED");
          member.isConnected = false;
        }
        over(now, member, isEvicted ? "EVICTED" : "EXPIRED", true);
      }
    }
    for (Running running : allRunning()) {
      if (running.isPending && now >= running.deadline && !running.request.isNonBlockable()) {
        for (long id : running.owing) {
          putOut(now, session(id), "ACK_DEADLINE_MISSED");
        }
      }
    }
  }

  @Override
  public String state(long now) {
    StringBuilder text = new StringBuilder();
    for (Space space : spaces.values()) {
      long subscriptions =
          sessions.values().stream()
              .mapToLong(member -> member.subscriptions.getOrDefault(space.id, Map.of()).size())
              .sum();
      text.append(
          "space %d %s seq=%d subs=%d running=%d readers=%d\n"
              .formatted(
                  space.id,
                  space.name,
                  space.sequence,
                  subscriptions,
                  space.running.size(),
                  space.readers.size()));
    }
    for (Member member : sessions.values()) {
      long subscriptions = member.subscriptions.values().stream().mapToLong(Map::size).sum();
      long hosted = allRunning().stream().filter(one -> one.host == member.id).count();
      long left =
          member.isOver
              ? 0
              : member.isLeased
                  ? Math.max(0, member.leaseEnd() - now)
                  : member.ttl + guard(member.ttl);
      text.append(
          "session %d %s over=%s left=%d unacked=%d subs=%d hosted=%d\n"
              .formatted(
                  member.id,
                  member.state,
                  member.isOver,
                  left,
                  unacked(member.id),
                  subscriptions,
                  hosted));
    }
    for (Running running : allRunning()) {
      text.append(
          "running %d#%d host=%d acked=%s owing=%s\n"
              .formatted(
                  running.space.id,
                  running.sequence,
                  running.host,
                  !running.isPending,
                  running.owing));
    }
    return text.toString();
  }

  @Override
  public SortedMap<String, List<String>> takeOutputs() {
    SortedMap<String, List<String>> taken = outputs;
    outputs = new TreeMap<>();
    return taken;
  }
}
