package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The coordinator as a {@link Subject}: it translates, and keeps what was told. */
final class RealSubject implements Subject {
  private static final int ALL = 1_000_000;

  final Coordinator coordinator;
  final Map<Integer, BeginTicket> begins = new HashMap<>();
  private final Map<Integer, ReadTicket> reads = new HashMap<>();
  private final Map<Long, SessionKey> keys = new HashMap<>();
  private List<Told> told = new ArrayList<>();
  private List<Told> lastTold = List.of();
  private long lastKey;

  /** Each session is of another client: the delays of those that come back are no part of this. */
  private int lastName;

  RealSubject(KernelConfig config, KernelObserver observer) {
    coordinator =
        Kernels.fresh(new Incarnation(7, 7), config, () -> new SessionKey(7, ++lastKey), observer);
  }

  /** What was told until the last {@link #takeOutputs}. */
  List<Told> lastTold() {
    return lastTold;
  }

  private static <T> String text(Outcome<T> outcome, java.util.function.Function<T, String> ok) {
    return switch (outcome) {
      case Outcome.Ok<T>(var value) -> ok.apply(value);
      case Outcome.Refused<T>(var refusal) -> refusal.reason();
    };
  }

  static RequestedRanges ranges(List<int[]> runs) {
    return RequestedRanges.of(runs.stream().map(run -> Pages.range(run[0], run[1])).toList());
  }

  @Override
  public String createSpace(long now, String name) {
    return text(Kernels.createSpace(coordinator, now, name, 0), info -> "ok " + info.id());
  }

  private String opened(Outcome<SessionGrant> outcome) {
    return text(
        outcome,
        grant -> {
          keys.put(grant.id().value(), grant.key());
          return "ok " + grant.id().value();
        });
  }

  @Override
  public String openDevice(long now, long ttl, long previous) {
    @Nullable SessionKey key = keys.get(previous);
    Outlet outlet = new Outlet();
    Outcome<SessionGrant> outcome =
        Kernels.openDevice(
            coordinator,
            now,
            new SessionRequest("d" + ++lastName, "1", Peer.of("peer"), ttl, key),
            outlet);
    if (outcome instanceof Outcome.Ok<SessionGrant>(var grant)) {
      outlet.session = grant.id().value();
    }
    return opened(outcome);
  }

  @Override
  public String openHost(long now, long ttl, long previous) {
    @Nullable SessionKey key = keys.get(previous);
    long[] session = {0};
    Outcome<SessionGrant> outcome =
        Kernels.openHost(
            coordinator,
            now,
            new SessionRequest("h" + ++lastName, "1", Peer.of("peer"), ttl, key),
            reason -> told.add(new Told.Closed(session[0], reason.cause())));
    if (outcome instanceof Outcome.Ok<SessionGrant>(var grant)) {
      session[0] = grant.id().value();
    }
    return opened(outcome);
  }

  private final class Outlet implements DeviceOutlet {
    long session;

    @Override
    public void invalidate(Invalidation invalidation) {
      told.add(new Told.Invalidated(session, invalidation));
    }

    @Override
    public void ended(Invalidation invalidation, boolean isForced, long endSequence) {
      told.add(new Told.Ended(session, invalidation, isForced, endSequence));
    }

    @Override
    public void released(long spaceId, long epoch) {
      told.add(new Told.Released(session, spaceId));
    }

    @Override
    public void superseded() {
      told.add(new Told.Superseded(session));
    }

    @Override
    public void closed(CloseReason reason) {
      told.add(new Told.Closed(session, reason.cause()));
    }
  }

  @Override
  public String resume(long now, long session, List<long[]> positions) {
    Outlet outlet = new Outlet();
    outlet.session = session;
    ResumeRequest request =
        new ResumeRequest(
            keys.getOrDefault(session, new SessionKey(8, session)),
            new Incarnation(7, 7),
            positions.stream()
                .map(one -> new SpacePosition(one[0], one[1], one[2], one[3]))
                .toList(),
            Peer.of("peer again"));
    String[] answer = {""};
    coordinator.resumeDevice(
        now,
        request,
        outlet,
        new ResumeCallback() {
          @Override
          public void resumed(SessionGrant grant, List<SpaceBaseline> spaces) {
            answer[0] = "ok " + grant.id().value();
            told.add(new Told.Resumed(session, spaces));
          }

          @Override
          public void refused(Refusal refusal) {
            answer[0] = refusal.reason();
            told.add(new Told.ResumeRefused(session, refusal));
          }
        });
    return answer[0];
  }

  @Override
  public String heartbeat(long now, long session) {
    return switch (coordinator.heartbeat(now, new SessionId(session))) {
      case HeartbeatResult.Renewed(var ttl) -> "renewed " + ttl;
      case HeartbeatResult.Over(var refusal) -> refusal.reason();
    };
  }

  @Override
  public void detach(long now, long session) {
    coordinator.detach(now, new SessionId(session));
  }

  @Override
  public void streamBroken(long now, long session) {
    coordinator.streamBroken(now, new SessionId(session));
  }

  @Override
  public String evict(long now, long session) {
    return text(
        coordinator.evict(now, new SessionId(session), EndCause.OPERATOR, ""),
        id -> "ok " + id.value());
  }

  @Override
  public void update(
      long now, int tag, long session, long space, List<Long> remove, List<int[]> add) {
    List<NewSubscription> wanted = new ArrayList<>();
    for (int[] one : add) {
      AddressRange range = Pages.range(one[1], one[2]);
      wanted.add(new NewSubscription(one[0], range.first(), range.last()));
    }
    coordinator.update(
        now,
        new SessionId(session),
        space,
        remove.stream().mapToLong(Long::longValue).toArray(),
        wanted,
        new UpdateCallback() {
          @Override
          public void updated(SubscriptionsUpdate update) {
            told.add(new Told.Updated(tag, session, update));
          }

          @Override
          public void refused(Refusal refusal) {
            told.add(new Told.UpdateRefused(tag, refusal));
          }
        });
  }

  @Override
  public String ack(
      long now, long session, long space, long epoch, long sequence, boolean isAllUpTo) {
    AckResult result =
        coordinator.ack(now, new SessionId(session), space, epoch, sequence, isAllUpTo);
    return switch (result) {
      case AckResult.Acked(var count) -> "acked " + count;
      case AckResult.Ignored ignored -> ignored.name();
    };
  }

  @Override
  public void refuse(long now, long session, long space, long sequence, RefusalCause cause) {
    coordinator.refuse(now, new SessionId(session), space, 1, sequence, cause, "test");
  }

  @Override
  public void begin(long now, int tag, Begin begin) {
    InvalidationHost host =
        begin.host() == 0
            ? new InvalidationHost.Hold(begin.hold(), Peer.of("peer"))
            : new InvalidationHost.Session(new SessionId(begin.host()));
    BeginRequest request =
        new BeginRequest(
            begin.space(),
            ranges(begin.runs()),
            begin.event(),
            begin.isNonBlockable(),
            begin.ackDeadline(),
            begin.owner() == 0 ? null : new SessionId(begin.owner()),
            host);
    BeginCallback callback =
        new BeginCallback() {
          @Override
          public void begun(InvalidationId id, FanOutReport report, @Nullable SessionKey holdKey) {
            told.add(new Told.Begun(tag, id, report));
          }

          @Override
          public void refused(Refusal refusal) {
            told.add(new Told.BeginRefused(tag, refusal));
          }
        };
    begins.put(tag, coordinator.begin(now, request, callback));
  }

  @Override
  public void cancelBegin(long now, int tag) {
    coordinator.cancelBegin(now, begins.getOrDefault(tag, BeginTicket.REFUSED));
  }

  @Override
  public String end(long now, long host, long space, long sequence) {
    InvalidationId id = new InvalidationId(space, 1, sequence);
    return text(coordinator.end(now, new SessionId(host), id), EndResult::name);
  }

  @Override
  public void readBegin(long now, int tag, long space, List<int[]> runs, long reserve) {
    ReadCallback callback =
        new ReadCallback() {
          @Override
          public void ready(Token token) {
            told.add(new Told.Ready(tag, token));
          }

          @Override
          public void refused(Refusal refusal) {
            told.add(new Told.ReadRefused(tag, refusal));
          }
        };
    reads.put(tag, coordinator.readBegin(now, space, ranges(runs), reserve, callback));
  }

  @Override
  public void cancelRead(int tag) {
    coordinator.cancelRead(reads.getOrDefault(tag, ReadTicket.Answered.INSTANCE));
  }

  @Override
  public String retry(long now, long space, long sequence, List<int[]> runs, long reservation) {
    Token token = new Token(space, new Incarnation(7, 7), 1, sequence, reservation);
    return text(coordinator.readRetry(now, token, ranges(runs)), RetryResult::name);
  }

  @Override
  public void release(long now, int tag, long space, long ackDeadline) {
    coordinator.releaseSpace(
        now,
        space,
        ackDeadline,
        new ReleaseCallback() {
          @Override
          public void released(FanOutReport report) {
            told.add(new Told.SpaceReleased(tag, report));
          }

          @Override
          public void refused(Refusal refusal) {
            told.add(new Told.ReleaseRefused(tag, refusal));
          }
        });
  }

  @Override
  public void advance(long now) {
    boolean isMoreDue = true;
    while (isMoreDue) {
      isMoreDue = coordinator.advanceTo(now);
    }
  }

  /** Sequence of each space. */
  Map<Long, Long> sequences() {
    Map<Long, Long> sequences = new HashMap<>();
    for (SpaceInfo space : coordinator.spaces(0, ALL).rows()) {
      sequences.put(space.id(), space.sequence());
    }
    return sequences;
  }

  List<InvalidationView> running(long now) {
    return switch (coordinator.invalidations(now, 0, ALL)) {
      case Outcome.Ok<Listing<InvalidationView>>(var listing) -> listing.rows();
      case Outcome.Refused<Listing<InvalidationView>>(var refusal) ->
          throw new AssertionError(refusal.message());
    };
  }

  @Override
  public String state(long now) {
    StringBuilder text = new StringBuilder();
    for (SpaceInfo space : coordinator.spaces(0, ALL).rows()) {
      text.append(
          "space %d %s seq=%d subs=%d running=%d readers=%d\n"
              .formatted(
                  space.id(),
                  space.name(),
                  space.sequence(),
                  space.subscriptions(),
                  space.runningInvalidations(),
                  space.waitingReaders()));
    }
    for (SessionView session : coordinator.sessions(now, 0, ALL).rows()) {
      text.append(
          "session %d %s over=%s left=%d unacked=%d subs=%d hosted=%d\n"
              .formatted(
                  session.id().value(),
                  session.state(),
                  session.isOver(),
                  session.leaseLeftNanos(),
                  session.unacked(),
                  session.subscriptions(),
                  session.runningInvalidations()));
    }
    for (InvalidationView running : running(now)) {
      InvalidationId id = running.invalidation().id();
      text.append(
          "running %d#%d host=%d acked=%s owing=%s\n"
              .formatted(
                  id.spaceId(),
                  id.sequence(),
                  running.host().value(),
                  running.isAcked(),
                  running.owing().stream()
                      .map(SessionId::value)
                      .collect(Collectors.toCollection(TreeSet::new))));
    }
    return text.toString();
  }

  @Override
  public SortedMap<String, List<String>> takeOutputs() {
    SortedMap<String, List<String>> outputs = new TreeMap<>();
    for (Told one : told) {
      outputs.computeIfAbsent(recipient(one), key -> new ArrayList<>()).add(text(one));
    }
    lastTold = told;
    told = new ArrayList<>();
    return outputs;
  }

  private static String recipient(Told one) {
    return switch (one) {
      case Told.Invalidated told -> "session" + told.session();
      case Told.Ended told -> "session" + told.session();
      case Told.Released told -> "session" + told.session();
      case Told.Closed told -> "session" + told.session();
      case Told.Superseded told -> "session" + told.session();
      case Told.Resumed told -> "session" + told.session();
      case Told.ResumeRefused told -> "session" + told.session();
      case Told.Begun told -> "begin" + told.tag();
      case Told.BeginRefused told -> "begin" + told.tag();
      case Told.Updated told -> "update" + told.tag();
      case Told.UpdateRefused told -> "update" + told.tag();
      case Told.Ready told -> "read" + told.tag();
      case Told.ReadRefused told -> "read" + told.tag();
      case Told.SpaceReleased told -> "release" + told.tag();
      case Told.ReleaseRefused told -> "release" + told.tag();
    };
  }

  private static String text(Told one) {
    return switch (one) {
      case Told.Invalidated(var session, var what) -> "invalidate " + text(what.id());
      case Told.Ended(var session, var what, var isForced, var endSequence) ->
          "ended " + text(what.id()) + " " + isForced + endSequence;
      case Told.Released(var session, var space) -> "released " + space;
      case Told.Closed(var session, var cause) -> "closed " + cause;
      case Told.Superseded told -> "superseded";
      case Told.Resumed(var session, var spaces) ->
          "resumed "
              + spaces.stream()
                  .sorted(Comparator.comparingLong(SpaceBaseline::spaceId))
                  .map(RealSubject::text)
                  .toList();
      case Told.ResumeRefused(var session, var refusal) -> "refused " + refusal.reason();
      case Told.Begun(var tag, var id, var report) -> "begun " + id.sequence() + " " + text(report);
      case Told.BeginRefused(var tag, var refusal) -> "refused " + refusal.reason();
      case Told.Updated(var tag, var session, var update) ->
          "updated %d v%d %s"
              .formatted(
                  update.sequence(),
                  update.version(),
                  update.running().stream().map(one2 -> one2.id().sequence()).toList());
      case Told.UpdateRefused(var tag, var refusal) -> "refused " + refusal.reason();
      case Told.Ready(var tag, var token) -> Subject.ready(token.sequence(), token.reservation());
      case Told.ReadRefused(var tag, var refusal) -> "refused " + refusal.reason();
      case Told.SpaceReleased(var tag, var report) -> "released " + text(report);
      case Told.ReleaseRefused(var tag, var refusal) -> "refused " + refusal.reason();
    };
  }

  private static String text(SpaceBaseline space) {
    return Subject.baseline(
        space.spaceId(),
        space.sequence(),
        space.version(),
        space.running().stream().map(one -> one.id().sequence()).toList(),
        space.isResyncRequired());
  }

  private static String text(InvalidationId id) {
    return id.spaceId() + "#" + id.sequence();
  }

  private static String text(FanOutReport report) {
    Map<Long, String> notAcked = new TreeMap<>();
    for (SessionOutcome outcome : report.notAcked()) {
      notAcked.put(outcome.session().value(), outcome.kind().name());
    }
    return Subject.report(report.sessionsNotified(), notAcked, report.slowestNanos());
  }
}
