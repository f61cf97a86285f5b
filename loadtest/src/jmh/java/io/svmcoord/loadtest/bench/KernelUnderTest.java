package io.svmcoord.loadtest.bench;

import io.svmcoord.range.AddressRange;
import io.svmcoord.server.kernel.AckResult;
import io.svmcoord.server.kernel.BeginCallback;
import io.svmcoord.server.kernel.BeginRequest;
import io.svmcoord.server.kernel.CloseReason;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.DeviceOutlet;
import io.svmcoord.server.kernel.FanOutReport;
import io.svmcoord.server.kernel.Incarnation;
import io.svmcoord.server.kernel.Invalidation;
import io.svmcoord.server.kernel.InvalidationEvent;
import io.svmcoord.server.kernel.InvalidationHost;
import io.svmcoord.server.kernel.InvalidationId;
import io.svmcoord.server.kernel.KernelConfig;
import io.svmcoord.server.kernel.KernelObserver;
import io.svmcoord.server.kernel.Memory;
import io.svmcoord.server.kernel.NewSubscription;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Past;
import io.svmcoord.server.kernel.Peer;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.RequestedRanges;
import io.svmcoord.server.kernel.SessionId;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.server.kernel.SessionRequest;
import io.svmcoord.server.kernel.SubscriptionsUpdate;
import io.svmcoord.server.kernel.UpdateCallback;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A real coordinator with one space, one host and many devices that ack all they are told. Its time
 * goes on by a microsecond with each input, and what falls due is handled, as a server does. The
 * leases are long, so that nobody has to renew.
 *
 * <p>Whatever is refused ends the benchmark. Confined to one thread.
 */
final class KernelUnderTest {
  /** Device sessions; subscription i belongs to device i modulo this. */
  static final int DEVICES = 100;

  private static final long STEP_NANOS = 1_000;
  private static final long LEASE_NANOS = 1L << 60;

  /** Coprime to the sizes, powers of ten: going round by it meets each index once. */
  private static final long STRIDE = 7_919;

  private static final long[] NONE = {};

  /** A subscription to come and go. */
  record Change(SessionId device, List<NewSubscription> add) {}

  /** A device that keeps what it owes until it is asked to ack. */
  private final class Device implements DeviceOutlet {
    private final int index;

    Device(int index) {
      this.index = index;
    }

    @Override
    public void invalidate(Invalidation invalidation) {
      owing[owingCount++] = index;
    }

    @Override
    public void ended(Invalidation invalidation, boolean isForced, long endSequence) {
      // Needs no answer.
    }

    @Override
    public void released(long spaceId, long epoch) {
      throw new AssertionError("released");
    }

    @Override
    public void superseded() {
      throw new AssertionError("superseded");
    }

    @Override
    public void closed(CloseReason reason) {
      throw new AssertionError(reason.toString());
    }
  }

  private final BeginCallback onBegun =
      new BeginCallback() {
        @Override
        public void begun(InvalidationId id, FanOutReport fanOut, @Nullable SessionKey holdKey) {
          held = id;
        }

        @Override
        public void refused(Refusal refusal) {
          throw new AssertionError(refusal.message());
        }
      };

  private final UpdateCallback onUpdated =
      new UpdateCallback() {
        @Override
        public void updated(SubscriptionsUpdate update) {
          version = update.version();
        }

        @Override
        public void refused(Refusal refusal) {
          throw new AssertionError(refusal.message());
        }
      };

  private final KernelObserver observer =
      new KernelObserver() {
        @Override
        public void callbackFailed(RuntimeException failure) {
          throw new AssertionError(failure);
        }
      };

  private long keys;
  private final Coordinator coordinator =
      new Coordinator(
          0,
          Past.none(new Incarnation(1, 2)),
          longLeases(),
          Memory.NONE,
          () -> new SessionKey(1, ++keys),
          observer);
  private final SessionId[] devices = new SessionId[DEVICES];
  private final int[] owing = new int[DEVICES];
  private final long[] removedId = new long[1];
  private SessionId host = SessionId.NONE;
  private long spaceId;
  private long nowNanos;
  private int owingCount;
  private long version;
  private @Nullable InvalidationId held;

  KernelUnderTest() {
    coordinator.createSpace(nowNanos, "bench", 0, space -> spaceId = value(space).id());
    SessionRequest request = new SessionRequest("bench", "1", Peer.of("local"), 0, null);
    for (int i = 0; i < DEVICES; i++) {
      int index = i;
      coordinator.openDevice(
          nowNanos, request, new Device(i), grant -> devices[index] = value(grant).id());
    }
    coordinator.openHost(nowNanos, request, reason -> {}, grant -> host = value(grant).id());
  }

  private static KernelConfig longLeases() {
    KernelConfig d = KernelConfig.DEFAULTS;
    return new KernelConfig(
        LEASE_NANOS,
        d.ttlMinNanos(),
        LEASE_NANOS,
        d.guardDivisor(),
        d.rateErrorPpm(),
        d.heartbeatDivisor(),
        d.ackDeadlineDefaultNanos(),
        d.ackDeadlineMinNanos(),
        d.ackDeadlineMaxNanos(),
        d.nonBlockableBoundNanos(),
        d.reservationMaxNanos(),
        d.beginDelayMaxNanos(),
        d.readmission(),
        d.retryAfterNanos(),
        d.graceRetryNanos(),
        d.limits());
  }

  /** Subscribes {@code size} ranges, each device's in batches. */
  void subscribe(SubscriptionShape shape, int size, Random random) {
    int batchMax = KernelConfig.DEFAULTS.limits().updateSizeMax();
    List<List<NewSubscription>> batches = new ArrayList<>();
    for (int i = 0; i < DEVICES; i++) {
      batches.add(new ArrayList<>());
    }
    for (int i = 0; i < size; i++) {
      // In no order of addresses.
      int index = (int) (i * STRIDE % size);
      AddressRange range = shape.subscription(index, size, random);
      int device = i % DEVICES;
      List<NewSubscription> batch = batches.get(device);
      batch.add(new NewSubscription(i + 1L, range.first(), range.last()));
      if (batch.size() == batchMax || i >= size - DEVICES) {
        update(devices[device], NONE, batch);
        batch.clear();
      }
    }
  }

  /** Begins to come; {@code isMiss} draws pages until they lie between the subscriptions. */
  List<BeginRequest> begins(
      SubscriptionShape shape, int size, boolean isMiss, int count, Random random) {
    List<BeginRequest> begins = new ArrayList<>();
    while (begins.size() < count) {
      AddressRange range = shape.query(size, random);
      if (isMiss) {
        range = AddressRange.ofLength(range.first(), 4096);
        if (!value(coordinator.subscriptions(spaceId, range, 1)).rows().isEmpty()) {
          continue;
        }
      }
      begins.add(
          new BeginRequest(
              spaceId,
              RequestedRanges.of(range),
              InvalidationEvent.CLEAR,
              false,
              0,
              null,
              new InvalidationHost.Session(host)));
    }
    return begins;
  }

  /** Subscriptions to come and go. */
  List<Change> changes(SubscriptionShape shape, int size, int count, Random random) {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      AddressRange range = shape.query(size, random);
      long id = size + 1L + i;
      changes.add(
          new Change(
              devices[random.nextInt(DEVICES)],
              List.of(new NewSubscription(id, range.first(), range.last()))));
    }
    return changes;
  }

  /**
   * One invalidation from begin to end.
   *
   * @return how many sessions acked
   */
  int invalidate(BeginRequest begin) {
    held = null;
    owingCount = 0;
    InvalidationId id = coordinator.begin(tick(), begin, onBegun).id();
    if (id == null) {
      throw new AssertionError("begin refused");
    }
    for (int i = 0; i < owingCount; i++) {
      AckResult result =
          coordinator.ack(tick(), devices[owing[i]], spaceId, id.epoch(), id.sequence(), false);
      if (!(result instanceof AckResult.Acked)) {
        throw new AssertionError(result);
      }
    }
    if (!id.equals(held)) {
      throw new AssertionError("not begun: " + id);
    }
    value(coordinator.end(tick(), host, id));
    return owingCount;
  }

  /** Adds a subscription and removes it; the version of the device's set then. */
  long subscribeAndUnsubscribe(Change change) {
    update(change.device(), NONE, change.add());
    removedId[0] = change.add().getFirst().id();
    update(change.device(), removedId, List.of());
    return version;
  }

  private void update(SessionId device, long[] remove, List<NewSubscription> add) {
    coordinator.update(tick(), device, spaceId, remove, add, onUpdated);
  }

  private long tick() {
    nowNanos += STEP_NANOS;
    if (coordinator.hasDeadline() && nowNanos - coordinator.nextDeadlineNanos() >= 0) {
      coordinator.advanceTo(nowNanos);
    }
    return nowNanos;
  }

  private static <T> T value(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Ok<T>(var value) -> value;
      case Outcome.Refused<T>(var refusal) -> throw new AssertionError(refusal.message());
    };
  }
}
