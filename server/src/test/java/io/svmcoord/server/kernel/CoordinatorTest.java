package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.range.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Callbacks, refusals and limits of the coordinator. */
final class CoordinatorTest {
  private static final AddressRange PAGE = new AddressRange(0x1000, 0x1fff);
  private static final Incarnation INCARNATION = new Incarnation(1, 2);

  private long lastKey;
  private final List<String> told = new ArrayList<>();
  private final List<RuntimeException> failures = new ArrayList<>();
  private final KernelObserver observer =
      new KernelObserver() {
        @Override
        public void callbackFailed(RuntimeException failure) {
          failures.add(failure);
        }
      };

  private Coordinator coordinator(KernelLimits limits) {
    KernelConfig config = KernelConfig.DEFAULTS.withLimits(limits);
    return Kernels.fresh(INCARNATION, config, () -> new SessionKey(9, ++lastKey), observer);
  }

  private static KernelLimits tight() {
    KernelLimits d = KernelLimits.DEFAULTS;
    return new KernelLimits(
        1, 2, 2, 2, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 16, 1, d.nameCharsMax(), d.versionCharsMax(), 8);
  }

  private static <T> T value(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Ok<T>(var value) -> value;
      case Outcome.Refused<T>(var refusal) -> throw new AssertionError(refusal.message());
    };
  }

  private static <T> Refusal refusal(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Ok<T>(var value) -> throw new AssertionError("not refused: " + value);
      case Outcome.Refused<T>(var refusal) -> refusal;
    };
  }

  private static SessionRequest request() {
    return new SessionRequest("name", "1", Peer.of("peer"), 0, null);
  }

  private class Device implements DeviceOutlet {
    @Override
    public void superseded() {
      told.add("superseded");
    }

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
    public void closed(CloseReason reason) {
      told.add("closed " + reason.cause());
    }
  }

  private class Callback implements BeginCallback, UpdateCallback, ReadCallback {
    @Override
    public void begun(InvalidationId id, FanOutReport fanOut, @Nullable SessionKey holdKey) {
      told.add("begun " + id.sequence());
    }

    @Override
    public void updated(SubscriptionsUpdate update) {
      told.add("updated " + update.version());
    }

    @Override
    public void ready(Token token) {
      told.add("ready " + token.sequence());
    }

    @Override
    public void refused(Refusal refusal) {
      told.add(refusal.reason() + " " + refusal.message());
    }
  }

  private static BeginRequest begin(SessionId host, long first, long last) {
    return new BeginRequest(
        1,
        RequestedRanges.ofBounds(new long[] {first}, new long[] {last}),
        InvalidationEvent.UNMAP,
        false,
        0,
        null,
        new InvalidationHost.Session(host));
  }

  private SessionId subscribed(Coordinator coordinator, DeviceOutlet outlet) {
    SessionId device = value(Kernels.openDevice(coordinator, 0, request(), outlet)).id();
    coordinator.update(
        0,
        device,
        1,
        new long[0],
        List.of(new NewSubscription(1, PAGE.first(), PAGE.last())),
        new Callback());
    return device;
  }

  @Test
  void callback_callsInputs_takeEffectAtOnceAndOutputsStayInOrder() {
    Coordinator coordinator = coordinator(KernelLimits.DEFAULTS);
    value(Kernels.createSpace(coordinator, 0, "space", 0));
    SessionId host = value(Kernels.openHost(coordinator, 0, request(), reason -> {})).id();
    AtomicReference<SessionId> id = new AtomicReference<>(SessionId.NONE);
    DeviceOutlet acking =
        new Device() {
          @Override
          public void invalidate(Invalidation invalidation) {
            super.invalidate(invalidation);
            AckResult result =
                coordinator.ack(1, id.get(), 1, 1, invalidation.id().sequence(), false);
            told.add("acked " + result);
            coordinator.begin(
                1, begin(host, PAGE.last() + 1, PAGE.last() + 0x1000), new Callback());
          }
        };
    id.set(subscribed(coordinator, acking));
    subscribed(coordinator, new Device());
    told.clear();
    coordinator.begin(1, begin(host, PAGE.first(), PAGE.last()), new Callback());
    assertThat(told)
        .containsExactly("invalidate 1", "acked Acked[count=1]", "invalidate 1", "begun 2");
    assertThat(failures).isEmpty();
  }

  @Test
  void callback_throws_othersStillToldAndObserverToo() {
    Coordinator coordinator = coordinator(KernelLimits.DEFAULTS);
    value(Kernels.createSpace(coordinator, 0, "space", 0));
    SessionId host = value(Kernels.openHost(coordinator, 0, request(), reason -> {})).id();
    DeviceOutlet broken =
        new Device() {
          @Override
          public void invalidate(Invalidation invalidation) {
            throw new IllegalStateException("broken");
          }
        };
    subscribed(coordinator, broken);
    subscribed(coordinator, new Device());
    told.clear();
    coordinator.begin(1, begin(host, PAGE.first(), PAGE.last()), new Callback());
    assertThat(told).containsExactly("invalidate 1");
    assertThat(failures).hasSize(1);
  }

  @Test
  void input_calledByObserver_refused() {
    AtomicReference<@Nullable Coordinator> self = new AtomicReference<>();
    KernelObserver meddling =
        new KernelObserver() {
          @Override
          public void sessionOpened(SessionId session, SessionRole role) {
            Coordinator coordinator = self.get();
            if (coordinator != null) {
              coordinator.advanceTo(0);
            }
          }
        };
    Coordinator coordinator =
        Kernels.fresh(INCARNATION, KernelConfig.DEFAULTS, () -> new SessionKey(1, 1), meddling);
    self.set(coordinator);
    assertThatThrownBy(() -> Kernels.openHost(coordinator, 0, request(), reason -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in the middle of a change");
  }

  @Test
  void change_throws_nothingAnsweredEverAfter() {
    AtomicReference<RuntimeException> mistake = new AtomicReference<>(new RuntimeException("ours"));
    KernelObserver throwing =
        new KernelObserver() {
          @Override
          public void begun(Invalidation invalidation, SessionId host, SessionId owner, int width) {
            throw mistake.get();
          }
        };
    Coordinator coordinator =
        Kernels.fresh(
            INCARNATION, KernelConfig.DEFAULTS, () -> new SessionKey(9, ++lastKey), throwing);
    value(Kernels.createSpace(coordinator, 0, "space", 0));
    SessionId host = value(Kernels.openHost(coordinator, 0, request(), reason -> {})).id();
    Device device = new Device();
    subscribed(coordinator, device);
    told.clear();
    assertThat(coordinator.isBroken()).isFalse();
    assertThatThrownBy(
            () -> coordinator.begin(1, begin(host, PAGE.first(), PAGE.last()), new Callback()))
        .isSameAs(mistake.get());
    assertThat(coordinator.isBroken()).isTrue();
    assertThatThrownBy(() -> coordinator.heartbeat(2, host))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after a change that failed");
    assertThatThrownBy(() -> coordinator.counts(2)).isInstanceOf(IllegalStateException.class);
    assertThat(told).as("half a begin is told to nobody").isEmpty();
  }

  @Test
  void begin_badRanges_namedWithTheirIndex() {
    Coordinator coordinator = coordinator(KernelLimits.DEFAULTS);
    value(Kernels.createSpace(coordinator, 0, "space", 0));
    SessionId host = value(Kernels.openHost(coordinator, 0, request(), reason -> {})).id();
    coordinator.begin(0, begin(host, 0x1001, 0x1fff), new Callback());
    coordinator.begin(0, begin(host, 0x1000, 0x1ffe), new Callback());
    coordinator.begin(0, begin(host, 0x2000, 0xfff), new Callback());
    coordinator.begin(0, begin(host, -4096, -1), new Callback());
    assertThat(told)
        .containsExactly(
            "INVALID_ARGUMENT ranges[0].first: 0x1001 (expected: a multiple of the page size 4096)",
            "INVALID_ARGUMENT ranges[0].last: 0x1ffe"
                + " (expected: one less than a multiple of the page size 4096)",
            "INVALID_ARGUMENT ranges[0].last: 0xfff (expected: at least first 0x2000)",
            "begun 1");
  }

  @Test
  void create_badNameOrPageSize_refused() {
    Coordinator coordinator = coordinator(KernelLimits.DEFAULTS);
    assertThat(refusal(Kernels.createSpace(coordinator, 0, "a b", 0)).message())
        .isEqualTo("name: a b (expected: 1 to 128 characters of [A-Za-z0-9._/-])");
    assertThat(refusal(Kernels.createSpace(coordinator, 0, "", 0)).reason())
        .isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal(Kernels.createSpace(coordinator, 0, "a", 5000)).message())
        .isEqualTo("page_size: 5000 (expected: a power of two from 4096 to 1073741824)");
    value(Kernels.createSpace(coordinator, 0, "a", 1 << 20));
    assertThat(refusal(Kernels.createSpace(coordinator, 0, "a", 0)))
        .isEqualTo(new Refusal.AlreadyExists("name", "a", 1));
  }

  @Test
  void update_idZeroOrTakenOrUnaligned_refusedAsAWhole() {
    Coordinator coordinator = coordinator(KernelLimits.DEFAULTS);
    value(Kernels.createSpace(coordinator, 0, "space", 0));
    SessionId device = subscribed(coordinator, new Device());
    told.clear();
    NewSubscription good = new NewSubscription(2, 0, 0xfff);
    for (NewSubscription bad :
        List.of(
            new NewSubscription(0, 0, 0xfff),
            new NewSubscription(1, 0, 0xfff),
            new NewSubscription(3, 1, 0xfff))) {
      coordinator.update(0, device, 1, new long[] {9}, List.of(good, bad), new Callback());
    }
    assertThat(told)
        .containsExactly(
            "INVALID_ARGUMENT add[1].subscription_id: 0 (expected: not 0)",
            "ALREADY_EXISTS add[1].subscription_id: 1 (expected: one that is not taken)",
            "INVALID_ARGUMENT add[1].range.first: 0x1"
                + " (expected: a multiple of the page size 4096)");
    assertThat(value(coordinator.space(1)).subscriptions()).isEqualTo(1);
  }

  @Test
  void limits_reached_refusedWithTheirNames() {
    Coordinator coordinator = coordinator(tight());
    value(Kernels.createSpace(coordinator, 0, "a", 0));
    assertThat(refusal(Kernels.createSpace(coordinator, 0, "b", 0)).metadata())
        .containsEntry("limit", "limits.spaces");
    SessionId host = value(Kernels.openHost(coordinator, 0, request(), reason -> {})).id();
    SessionId device = subscribed(coordinator, new Device());
    assertThat(refusal(Kernels.openHost(coordinator, 0, request(), reason -> {})).metadata())
        .containsEntry("limit", "limits.sessions");
    told.clear();
    coordinator.update(
        0,
        device,
        1,
        new long[0],
        List.of(new NewSubscription(2, 0, 0xfff), new NewSubscription(3, 0, 0xfff)),
        new Callback());
    coordinator.update(0, device, 1, new long[3], List.of(), new Callback());
    coordinator.begin(0, begin(host, 0x8000, 0x8fff), new Callback());
    coordinator.begin(0, begin(host, 0x8000, 0x8fff), new Callback());
    RequestedRanges there = RequestedRanges.of(new AddressRange(0x8000, 0x8fff));
    ReadTicket waiting = coordinator.readBegin(0, 1, there, 0, new Callback());
    coordinator.readBegin(0, 1, there, 0, new Callback());
    coordinator.cancelRead(waiting);
    coordinator.readBegin(0, 1, there, 0, new Callback());
    assertThat(told)
        .containsExactly(
            "RESOURCE_EXHAUSTED limits.subscriptions-per-session: reached (expected: at most 2)",
            "INVALID_ARGUMENT remove: 3 ids (expected: at most 2)",
            "begun 1",
            "RESOURCE_EXHAUSTED limits.running-invalidations-per-space: reached (expected: at most"
                + " 1)",
            "RESOURCE_EXHAUSTED limits.waiting-readers-per-space: reached (expected: at most 1)");
  }

  @Test
  void sessions_over_listedUntilPushedOut() {
    Coordinator coordinator = coordinator(tight());
    SessionId first = value(Kernels.openHost(coordinator, 0, request(), reason -> {})).id();
    SessionId second = value(Kernels.openHost(coordinator, 0, request(), reason -> {})).id();
    coordinator.detach(1, first);
    assertThat(coordinator.sessions(1, 0, 1).isTruncated()).isTrue();
    assertThat(coordinator.sessions(1, 0, 9).rows())
        .extracting(SessionView::state)
        .containsExactly(SessionState.DETACHED, SessionState.ACTIVE);
    coordinator.detach(1, second);
    assertThat(coordinator.sessions(1, 0, 9).rows())
        .extracting(SessionView::id)
        .containsExactly(second);
    assertThat(coordinator.sessionOf(new SessionKey(9, 1))).isEmpty();
    assertThat(coordinator.sessionOf(new SessionKey(9, 2))).contains(second);
  }

  @Test
  void readRetry_tokenOfOthers_saysWhy() {
    Coordinator coordinator = coordinator(KernelLimits.DEFAULTS);
    value(Kernels.createSpace(coordinator, 0, "space", 0));
    RequestedRanges there = RequestedRanges.of(PAGE);
    assertThat(value(coordinator.readRetry(0, new Token(1, INCARNATION, 1, 0, 0), there)))
        .isEqualTo(RetryResult.VALID);
    assertThat(value(coordinator.readRetry(0, new Token(1, INCARNATION, 7, 0, 0), there)))
        .isEqualTo(RetryResult.STALE_EPOCH);
    assertThat(value(coordinator.readRetry(0, new Token(1, new Incarnation(3, 3), 1, 0, 0), there)))
        .isEqualTo(RetryResult.NEW_INCARNATION);
    assertThat(value(coordinator.readRetry(0, new Token(5, INCARNATION, 1, 0, 0), there)))
        .isEqualTo(RetryResult.SPACE_GONE);
    assertThat(
            refusal(coordinator.readRetry(0, new Token(1, INCARNATION, 1, 4, 0), there)).message())
        .isEqualTo("token.sequence: 4 (expected: 0 to 0)");
  }

  @Test
  void sessionKey_printed_showsNothing() {
    assertThat(new SessionKey(1234567, 7654321).toString())
        .doesNotContain("1234567")
        .doesNotContain("7654321");
  }
}
