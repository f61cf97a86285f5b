package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.range.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A coordinator after a restart, and what it has to remember for that (promise G10). */
final class GraceTest {
  private static final long MILLI = 1_000_000;
  private static final long START = 50_000 * MILLI;
  private static final long TTL = 1000 * MILLI;
  private static final long LEASE = TTL + TTL / 10 + TTL / 1000;
  private static final AddressRange PAGE = Pages.range(0, 0);

  private final RestartMemory memory = new RestartMemory(Past.none(new Incarnation(1, 1)));
  private final List<String> told = new ArrayList<>();
  private long keys;
  private Coordinator kernel = start(0, Past.none(new Incarnation(1, 1)));
  private long space;
  private @Nullable InvalidationId begun;
  private @Nullable SessionKey hold;

  private Coordinator start(long now, Past past) {
    return new Coordinator(
        now,
        past,
        KernelConfig.DEFAULTS,
        memory,
        () -> new SessionKey(1, ++keys),
        new KernelObserver() {
          @Override
          public void graceOver(long lastedNanos, int reclaimed, int expired) {
            told.add("grace over: " + reclaimed + " reclaimed, " + expired + " expired");
          }
        });
  }

  @BeforeEach
  void makeSpace() {
    space = value(Kernels.createSpace(kernel, 0, "space", 0)).id();
  }

  /** Kills the coordinator and starts another at {@link #START}. */
  private void restart() {
    told.clear();
    kernel = start(START, memory.crash());
  }

  private static <T> T value(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Ok<T>(var value) -> value;
      case Outcome.Refused<T>(var refusal) -> throw new AssertionError(refusal.message());
    };
  }

  private SessionGrant host(long now, long ttl) {
    return host(now, ttl, null);
  }

  private SessionGrant host(long now, long ttl, @Nullable SessionKey previous) {
    SessionRequest request = new SessionRequest("h", "1", Peer.of("peer"), ttl, previous);
    return value(
        Kernels.openHost(
            kernel, now, request, reason -> told.add("host closed " + reason.cause())));
  }

  private SessionGrant device(long now, long ttl, @Nullable SessionKey previous) {
    SessionRequest request = new SessionRequest("d", "1", Peer.of("peer"), ttl, previous);
    return value(Kernels.openDevice(kernel, now, request, new Outlet()));
  }

  private final class Outlet implements DeviceOutlet {
    @Override
    public void invalidate(Invalidation invalidation) {
      told.add("invalidate " + invalidation.id().sequence());
    }

    @Override
    public void ended(Invalidation invalidation, boolean isForced, long endSequence) {
      told.add("ended " + invalidation.id().sequence());
    }

    @Override
    public void released(long spaceId, long epoch) {
      told.add("released");
    }

    @Override
    public void superseded() {
      throw new AssertionError("superseded (expected: never, nobody resumes)");
    }

    @Override
    public void closed(CloseReason reason) {
      told.add("closed " + reason.cause());
    }
  }

  private void begin(long now, SessionId host, boolean isNonBlockable) {
    begin(now, new InvalidationHost.Session(host), isNonBlockable);
  }

  private void begin(long now, InvalidationHost host, boolean isNonBlockable) {
    BeginRequest request =
        new BeginRequest(
            space,
            RequestedRanges.of(PAGE),
            InvalidationEvent.UNMAP,
            isNonBlockable,
            0,
            null,
            host);
    var _ =
        kernel.begin(
            now,
            request,
            new BeginCallback() {
              @Override
              public void begun(InvalidationId id, FanOutReport fanOut, @Nullable SessionKey key) {
                begun = id;
                hold = key;
                told.add("begun " + id.sequence());
              }

              @Override
              public void refused(Refusal refusal) {
                told.add(refusal.reason());
              }
            });
  }

  private void read(long now) {
    var _ =
        kernel.readBegin(
            now,
            space,
            RequestedRanges.of(PAGE),
            0,
            new ReadCallback() {
              @Override
              public void ready(Token token) {
                told.add("token " + token.epoch() + "/" + token.sequence());
              }

              @Override
              public void refused(Refusal refusal) {
                told.add(refusal.reason() + " " + refusal.metadata().get("grace_left_nanos"));
              }
            });
  }

  private void subscribe(long now, SessionId device) {
    kernel.update(
        now,
        device,
        space,
        new long[0],
        List.of(new NewSubscription(1, PAGE.first(), PAGE.last())),
        new UpdateCallback() {
          @Override
          public void updated(SubscriptionsUpdate update) {
            update.running().forEach(one -> told.add("running " + one.ranges()));
            told.add("subscribed");
          }

          @Override
          public void refused(Refusal refusal) {
            told.add(refusal.reason());
          }
        });
  }

  private void advance(long now) {
    while (kernel.advanceTo(now)) {
      // More is due.
    }
  }

  // Who is waited for.

  @Test
  void start_noSessionKnown_noGrace() {
    restart();

    assertThat(kernel.graceLeftNanos(START)).isZero();
    begin(START, host(START, TTL).id(), false);
    read(START + 1);
    assertThat(told).containsExactly("begun 1");
  }

  @Test
  void start_allHadLeft_noGrace() {
    kernel.detach(1, device(0, TTL, null).id());
    kernel.detach(1, host(0, TTL).id());

    restart();

    assertThat(kernel.graceLeftNanos(START)).isZero();
  }

  @Test
  void begin_inGrace_waitsForTheLongestLeaseExactly() {
    device(0, TTL, null);
    device(0, 3 * TTL, null);
    restart();

    begin(START, host(START, 10 * TTL).id(), false);
    advance(START + 3 * LEASE - 1);
    assertThat(told).isEmpty();
    advance(START + 3 * LEASE);

    assertThat(told).containsExactly("grace over: 0 reclaimed, 2 expired", "begun 2");
  }

  @Test
  void begin_allCameBack_isThroughAtOnce() {
    SessionKey first = device(0, TTL, null).key();
    SessionKey second = device(0, 60 * TTL, null).key();
    restart();
    begin(START, host(START, TTL).id(), false);

    SessionId again = device(START + 1, TTL, second).id();
    assertThat(kernel.graceLeftNanos(START + 1)).isEqualTo(LEASE - 1);
    assertThat(kernel.graceSessions()).isEqualTo(1);
    assertThat(told).isEmpty();
    device(START + 2, TTL, first);

    assertThat(told).containsExactly("grace over: 2 reclaimed, 0 expired", "begun 2");
    assertThat(again.value()).as("ids don't repeat").isGreaterThan(2);
  }

  @Test
  void reclaim_byAnotherRoleOrUnknownKey_isNone() {
    SessionKey host = host(0, TTL).key();
    SessionKey device = device(0, TTL, null).key();
    restart();

    device(START, TTL, host);
    device(START, TTL, new SessionKey(9, 9));
    host(START, TTL, device);
    host(START, TTL, new SessionKey(9, 9));

    assertThat(kernel.graceSessions()).isEqualTo(2);
  }

  @Test
  void reclaim_byTheHosts_endsTheGraceAndWhatTheyHeldCountsAsEnded() {
    SessionGrant first = host(0, TTL);
    SessionKey second = host(0, 60 * TTL).key();
    begin(0, first.id(), false);
    InvalidationId held = Objects.requireNonNull(begun, "begun");
    restart();
    SessionId watching = device(START, 10 * TTL, null).id();
    subscribe(START, watching);

    host(START + 1, TTL, second);
    assertThat(kernel.graceLeftNanos(START + 1)).isEqualTo(LEASE - 1);
    assertThat(told).doesNotContain("ended 1");
    SessionId again = host(START + 2, TTL, first.key()).id();

    assertThat(kernel.graceLeftNanos(START + 2)).isZero();
    assertThat(told).containsSubsequence("grace over: 2 reclaimed, 0 expired", "ended 1");
    assertThat(kernel.end(START + 3, again, held))
        .as("said to be given up, so what is changed now is not covered")
        .isEqualTo(Outcome.ok(EndResult.FORCE_ENDED));
  }

  // The same without a restart.

  @Test
  void openHost_insteadOfAFormerOne_endsWhatThatRan() {
    SessionGrant former = host(0, TTL);
    SessionId device = device(0, 10 * TTL, null).id();
    subscribe(0, device);
    begin(0, former.id(), false);
    var _ = kernel.ack(1, device, space, 1, 1, false);
    begin(2, former.id(), false);
    told.clear();

    SessionGrant next = host(3, TTL, former.key());

    assertThat(told)
        .as("one was held and one waited for its ack")
        .contains("host closed REPLACED", "ended 1", "ended 2", "SESSION_EXPIRED")
        .doesNotContain("begun 2");
    assertThat(value(kernel.invalidations(4, space, 10)).rows()).isEmpty();
    assertThat(kernel.heartbeat(4, former.id())).isInstanceOf(HeartbeatResult.Over.class);
    assertThat(kernel.heartbeat(4, next.id())).isInstanceOf(HeartbeatResult.Renewed.class);
  }

  @Test
  void openHost_namingADevice_leavesItAlone() {
    SessionGrant device = device(0, TTL, null);

    host(1, TTL, device.key());

    assertThat(told).isEmpty();
    assertThat(kernel.heartbeat(2, device.id())).isInstanceOf(HeartbeatResult.Renewed.class);
  }

  @Test
  void begin_afterTheSubscribersOfThisTerm_waitsForBoth() {
    device(0, TTL, null);
    restart();
    SessionId late = device(START, 10 * TTL, null).id();
    subscribe(START, late);
    told.clear();

    begin(START + 1, host(START, 10 * TTL).id(), false);
    assertThat(told).containsExactly("invalidate 2");
    var _ = kernel.ack(START + 2, late, space, 2, 2, false);
    assertThat(told).doesNotContain("begun 2");
    advance(START + LEASE);
    assertThat(told).contains("ended 1", "begun 2");
    begin(START + LEASE, host(START + LEASE, TTL).id(), false);

    assertThat(told).as("its ack is owed as ever").endsWith("invalidate 3");
  }

  @Test
  void nonBlockable_inGrace_wouldBlock() {
    device(0, TTL, null);
    restart();

    begin(START, host(START, TTL).id(), true);
    assertThat(told).containsExactly("WOULD_BLOCK");
    advance(START + LEASE);
    begin(START + LEASE, host(START + LEASE, TTL).id(), true);

    assertThat(told).endsWith("begun 2");
  }

  @Test
  void release_inGrace_waitsForTheGrace() {
    device(0, TTL, null);
    restart();
    kernel.releaseSpace(
        START,
        space,
        0,
        new ReleaseCallback() {
          @Override
          public void released(FanOutReport fanOut) {
            told.add("released");
          }

          @Override
          public void refused(Refusal refusal) {
            told.add(refusal.reason());
          }
        });
    advance(START + LEASE - 1);
    assertThat(told).isEmpty();

    advance(START + LEASE);

    assertThat(told).endsWith("released");
    assertThat(kernel.spaces(0, 10).rows()).isEmpty();
  }

  // Readers and mirrors.

  @Test
  void read_inGrace_isSentAway() {
    host(0, TTL);
    restart();

    read(START + MILLI);
    advance(START + LEASE);
    read(START + LEASE);

    assertThat(told)
        .containsExactly(
            "IN_GRACE " + (LEASE - MILLI), "grace over: 0 reclaimed, 1 expired", "token 2/1");
  }

  @Test
  void subscribe_inGrace_findsTheWholeSpaceInvalidAndIsToldTheEnd() {
    host(0, TTL);
    restart();

    subscribe(START, device(START, 10 * TTL, null).id());
    assertThat(told).containsExactly("running {[0x0,0xffffffffffffffff]}", "subscribed");
    advance(START + LEASE);

    assertThat(told).endsWith("ended 1");
  }

  @Test
  void space_madeInGrace_isInItToo() {
    host(0, TTL);
    restart();
    space = value(Kernels.createSpace(kernel, START, "another", 0)).id();
    assertThat(space).isEqualTo(2);

    subscribe(START, device(START, 10 * TTL, null).id());

    assertThat(told).containsExactly("running {[0x0,0xffffffffffffffff]}", "subscribed");
  }

  @Test
  void token_ofTheTermBefore_isDead() {
    SpaceInfo before = value(kernel.space(space));
    Token token = new Token(space, kernel.incarnation(), before.epoch(), before.sequence(), 0);
    restart();

    assertThat(value(kernel.space(space)).epoch()).isEqualTo(before.epoch() + 1);
    assertThat(kernel.readRetry(START, token, RequestedRanges.of(PAGE)))
        .isEqualTo(Outcome.ok(RetryResult.STALE_EPOCH));
  }

  // Ends of what the coordinator before had begun.

  @Test
  void end_ofTheTermBefore_forcedUnlessItsHostIsWaitedFor() {
    SessionGrant former = host(0, TTL);
    begin(1, former.id(), false);
    InvalidationId id = Objects.requireNonNull(begun);
    restart();

    SessionId known = kernel.sessionOf(former.key()).orElseThrow();
    assertThat(known).isEqualTo(former.id());
    assertThat(kernel.end(START, known, id)).isEqualTo(Outcome.ok(EndResult.NOT_RUNNING));
    assertThat(kernel.end(START, SessionId.NONE, id)).isEqualTo(Outcome.ok(EndResult.FORCE_ENDED));
    advance(START + LEASE);

    assertThat(kernel.sessionOf(former.key())).isEmpty();
    assertThat(kernel.end(START + LEASE, known, new InvalidationId(space + 1, 1, 1)))
        .as("of a space that is gone")
        .isEqualTo(Outcome.ok(EndResult.FORCE_ENDED));
    assertThat(kernel.end(START + LEASE, known, id)).isEqualTo(Outcome.ok(EndResult.FORCE_ENDED));
  }

  // Several restarts.

  @Test
  void restart_inGrace_waitsAgainForThoseWhoDidNotComeBack() {
    SessionKey back = device(0, 60 * TTL, null).key();
    device(0, TTL, null);
    restart();
    kernel.detach(START + 1, device(START + 1, 60 * TTL, back).id());

    restart();

    assertThat(kernel.epoch()).isEqualTo(3);
    assertThat(kernel.graceLeftNanos(START)).isEqualTo(LEASE);
    assertThat(kernel.graceSessions()).isEqualTo(1);
  }

  @Test
  void restart_afterTheGrace_waitsForNobodyAnyMore() {
    device(0, TTL, null);
    begin(0, new InvalidationHost.Hold(2 * TTL, Peer.of("peer")), false);
    restart();
    advance(START + 2 * LEASE);

    restart();

    assertThat(kernel.graceLeftNanos(START)).isZero();
  }

  @Test
  void hold_isWaitedForAfterARestart() {
    begin(0, new InvalidationHost.Hold(2 * TTL, Peer.of("peer")), false);
    InvalidationId id = Objects.requireNonNull(begun);
    restart();

    assertThat(kernel.graceLeftNanos(START)).isEqualTo(2 * LEASE);
    assertThat(kernel.graceSessions()).isZero();
    SessionKey key = Objects.requireNonNull(hold);
    assertThat(kernel.sessionOf(key)).isEmpty();
    assertThat(kernel.end(START, SessionId.NONE, id)).isEqualTo(Outcome.ok(EndResult.FORCE_ENDED));
  }

  // What has to be remembered before it is told.

  @Test
  void open_notRememberedYet_isNotAnswered() {
    memory.immediate(false);
    List<Outcome<SessionGrant>> answers = new ArrayList<>();
    SessionRequest request = new SessionRequest("d", "1", Peer.of("peer"), TTL, null);

    kernel.openDevice(0, request, new Outlet(), answers::add);
    assertThat(answers).isEmpty();
    assertThat(kernel.sessions(0, 0, 10).rows()).isEmpty();
    kernel.remembered(5, memory.write());

    assertThat(value(answers.getFirst()).ttlNanos()).isEqualTo(TTL);
    assertThat(kernel.sessions(5, 0, 10).rows())
        .singleElement()
        .satisfies(row -> assertThat(row.leaseLeftNanos()).isEqualTo(LEASE));
  }

  @Test
  void open_cantBeRemembered_isRefusedAndTheFormerIsLeftAllTheSame() {
    SessionGrant former = device(0, 60 * TTL, null);
    memory.immediate(false);
    List<Outcome<SessionGrant>> answers = new ArrayList<>();
    SessionRequest request = new SessionRequest("d", "1", Peer.of("peer"), TTL, former.key());

    kernel.openDevice(0, request, new Outlet(), answers::add);
    kernel.notRemembered(5, memory.fail(), "No space left on device");

    assertThat(answers)
        .singleElement()
        .isEqualTo(Outcome.refused(new Refusal.NotReady("No space left on device", 100 * MILLI)));
    assertThat(kernel.sessions(5, 0, 10).rows())
        .singleElement()
        .satisfies(row -> assertThat(row.state()).isEqualTo(SessionState.DETACHED));
    var _ = memory.write();
    restart();
    assertThat(kernel.graceSessions()).isZero();
  }

  @Test
  void open_notRememberedYet_theFormerOwesNothingAlready() {
    SessionGrant former = device(0, 60 * TTL, null);
    subscribe(0, former.id());
    begin(0, host(0, TTL).id(), false);
    assertThat(told).endsWith("invalidate 1");
    memory.immediate(false);

    SessionRequest request = new SessionRequest("d", "1", Peer.of("peer"), TTL, former.key());
    kernel.openDevice(1, request, new Outlet(), outcome -> told.add("opened"));

    assertThat(told).endsWith("begun 1", "closed REPLACED");
    assertThat(kernel.ack(1, former.id(), space, 1, 1, false))
        .isEqualTo(AckResult.Ignored.SESSION_NOT_ACTIVE);
  }

  @Test
  void createSpace_notRememberedYet_isNotToldToAnybody() {
    memory.immediate(false);
    List<Outcome<SpaceInfo>> answers = new ArrayList<>();

    kernel.createSpace(0, "a", 0, answers::add);
    kernel.createSpace(0, "a", 0, answers::add);
    assertThat(answers).isEmpty();
    assertThat(kernel.spaceByName("a")).isInstanceOf(Outcome.Refused.class);
    kernel.remembered(1, memory.write());

    long id = value(answers.get(0)).id();
    assertThat(answers.get(1))
        .isEqualTo(Outcome.refused(new Refusal.AlreadyExists("name", "a", id)));
  }

  @Test
  void createSpace_cantBeRemembered_isRefusedAndItsIdIsNotUsedAgain() {
    memory.immediate(false);
    List<Outcome<SpaceInfo>> answers = new ArrayList<>();
    kernel.createSpace(0, "a", 0, answers::add);
    kernel.notRemembered(1, memory.fail(), "disk full");
    assertThat(answers).singleElement().isInstanceOf(Outcome.Refused.class);

    kernel.createSpace(2, "a", 0, answers::add);
    kernel.remembered(3, memory.write());

    assertThat(value(answers.get(1)).id()).isEqualTo(space + 2);
  }

  @Test
  void hold_longerThanRemembered_isAnsweredWhenItIs() {
    memory.immediate(false);
    begin(0, new InvalidationHost.Hold(TTL, Peer.of("peer")), false);
    begin(0, new InvalidationHost.Hold(TTL / 2, Peer.of("peer")), false);
    assertThat(told).isEmpty();

    kernel.remembered(1, memory.write());
    assertThat(told).containsExactly("begun 1", "begun 2");
    begin(2, new InvalidationHost.Hold(TTL, Peer.of("peer")), false);
    assertThat(told).endsWith("begun 3");
  }

  @Test
  void hold_cantBeRemembered_isUndone() {
    memory.immediate(false);
    begin(0, new InvalidationHost.Hold(TTL, Peer.of("peer")), false);

    kernel.notRemembered(1, memory.fail(), "disk full");

    assertThat(told).containsExactly("NOT_READY");
    assertThat(value(kernel.space(space)).runningInvalidations()).isZero();
    assertThat(kernel.sessions(1, 0, 10).rows()).isEmpty();
    begin(2, new InvalidationHost.Hold(TTL, Peer.of("peer")), false);
    kernel.remembered(3, memory.write());
    assertThat(told).endsWith("begun 2");
  }

  @Test
  void release_isAnsweredWhenTheRestartKnows() {
    memory.immediate(false);
    kernel.releaseSpace(
        0,
        space,
        0,
        new ReleaseCallback() {
          @Override
          public void released(FanOutReport fanOut) {
            told.add("released");
          }

          @Override
          public void refused(Refusal refusal) {
            told.add(refusal.reason());
          }
        });
    assertThat(told).isEmpty();

    kernel.remembered(1, memory.write());

    assertThat(told).containsExactly("released");
    memory.immediate(true);
    restart();
    assertThat(kernel.spaces(0, 10).rows()).isEmpty();
    assertThat(value(Kernels.createSpace(kernel, START, "new", 0)).id()).isEqualTo(space + 1);
  }
}
