package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import io.svmcoord.range.AddressRange;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What an invalidation allocates in the kernel once its arrays have grown. The bounds hold also
 * before the compiler has taken anything away, so they don't depend on when it gets to that: they
 * are for objects with headers of 12 bytes and references of 4.
 *
 * <p>An ack that settles the last of what is owed brings the answer of the begin with it, and
 * counts for the begin here.
 */
final class HotPathAllocationTest {
  /**
   * What may be allocated for a begin that concerns nobody, its answer and its end: the
   * invalidation with its name, its ranges and whom it concerns, who waits for it, and the ticket.
   */
  private static final long NOBODY_BYTES = 344;

  /** The same for one that concerns one session: the report has something to say. */
  private static final long ONE_SESSION_BYTES = 384;

  /** What each session more may add: its place in the list of the captured. */
  private static final long SESSION_BYTES = 4;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 2_000;
  private static final int DEVICES = 16;
  private static final long PAGE_BYTES = 4096;

  private final SessionId[] devices = new SessionId[DEVICES];
  private Coordinator coordinator = coordinator();
  private SessionId host = SessionId.NONE;
  private long spaceId;
  private long now;
  private long keys;
  private @Nullable InvalidationId begun;
  private long ackBytes;
  private long otherBytes;

  private final BeginCallback onBegun =
      new BeginCallback() {
        @Override
        public void begun(InvalidationId id, FanOutReport fanOut, @Nullable SessionKey holdKey) {
          begun = id;
        }

        @Override
        public void refused(Refusal refusal) {
          throw new AssertionError(refusal.message());
        }
      };

  private Coordinator coordinator() {
    return Kernels.fresh(
        new Incarnation(1, 2),
        KernelConfig.DEFAULTS,
        () -> new SessionKey(9, ++keys),
        new KernelObserver() {
          @Override
          public void callbackFailed(RuntimeException failure) {
            throw new AssertionError(failure);
          }
        });
  }

  private static <T> T value(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Ok<T>(var value) -> value;
      case Outcome.Refused<T>(var refusal) -> throw new AssertionError(refusal.message());
    };
  }

  /** All devices subscribe to page 0, and the first of them to page 1 as well. */
  @BeforeEach
  void open() {
    HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    assumeThat(vm.getVMOption("UseCompressedOops").getValue())
        .as("references of 4 bytes, which a heap of 32 GiB does not have")
        .isEqualTo("true");
    SessionRequest request = new SessionRequest("name", "1", Peer.of("peer"), 0, null);
    spaceId = value(Kernels.createSpace(coordinator, now, "space", PAGE_BYTES)).id();
    host = value(Kernels.openHost(coordinator, now, request, reason -> {})).id();
    for (int i = 0; i < DEVICES; i++) {
      devices[i] = value(Kernels.openDevice(coordinator, now, request, new SilentDevice())).id();
      subscribe(devices[i], 0);
    }
    subscribe(devices[0], 1);
  }

  private void subscribe(SessionId device, long page) {
    long first = page * PAGE_BYTES;
    coordinator.update(
        now,
        device,
        spaceId,
        new long[0],
        List.of(new NewSubscription(page + 1, first, first + PAGE_BYTES - 1)),
        new UpdateCallback() {
          @Override
          public void updated(SubscriptionsUpdate update) {
            assertThat(update.version()).isPositive();
          }

          @Override
          public void refused(Refusal refusal) {
            throw new AssertionError(refusal.message());
          }
        });
  }

  /** Where it is measured, nobody acks but the test. */
  private static final class SilentDevice implements DeviceOutlet {
    @Override
    public void invalidate(Invalidation invalidation) {
      // The test acks.
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

  @Test
  void ack_notTheLast_allocatesNothing() {
    measure(0, DEVICES);
    measure(0, DEVICES);

    // A single byte for each would be far more; the counter's own costs are less than this in all.
    assertThat(ackBytes).isLessThan(ROUNDS);
  }

  @Test
  void beginAndEnd_nobodyHit_keepTheirBound() {
    measure(2, 0);
    measure(2, 0);

    assertThat(otherBytes / ROUNDS).isLessThanOrEqualTo(NOBODY_BYTES);
  }

  @Test
  void beginAndEnd_oneSession_keepTheirBound() {
    measure(1, 1);
    measure(1, 1);

    assertThat(otherBytes / ROUNDS).isLessThanOrEqualTo(ONE_SESSION_BYTES);
  }

  @Test
  void beginAndEnd_moreSessions_addOnlyTheirPlaceInTheList() {
    measure(0, DEVICES);
    measure(0, DEVICES);

    assertThat(otherBytes / ROUNDS)
        .isLessThanOrEqualTo(ONE_SESSION_BYTES + DEVICES * SESSION_BYTES);
  }

  /** Begins of a page that so many devices are told of, acked by each, and ended. */
  private void measure(long page, int sessions) {
    long first = page * PAGE_BYTES;
    BeginRequest request =
        new BeginRequest(
            spaceId,
            RequestedRanges.of(new AddressRange(first, first + PAGE_BYTES - 1)),
            InvalidationEvent.CLEAR,
            false,
            0,
            null,
            new InvalidationHost.Session(host));
    ackBytes = 0;
    otherBytes = 0;
    for (int i = 0; i < ROUNDS; i++) {
      round(request, sessions);
    }
  }

  private void round(BeginRequest request, int sessions) {
    begun = null;
    long start = THREADS.getCurrentThreadAllocatedBytes();
    BeginTicket ticket = coordinator.begin(++now, request, onBegun);
    long beforeAcks = THREADS.getCurrentThreadAllocatedBytes();
    InvalidationId id = ticket.id();
    if (id == null) {
      throw new AssertionError("begin: refused");
    }
    for (int i = 0; i < sessions - 1; i++) {
      ack(devices[i], id);
    }
    long afterAcks = THREADS.getCurrentThreadAllocatedBytes();
    if (sessions > 0) {
      ack(devices[sessions - 1], id);
    }
    if (!id.equals(begun)) {
      throw new AssertionError("begun: " + begun + " (expected: " + id + ")");
    }
    value(coordinator.end(++now, host, id));
    long end = THREADS.getCurrentThreadAllocatedBytes();
    ackBytes += afterAcks - beforeAcks;
    otherBytes += beforeAcks - start + end - afterAcks;
  }

  private void ack(SessionId device, InvalidationId id) {
    AckResult result = coordinator.ack(++now, device, spaceId, id.epoch(), id.sequence(), false);
    if (!(result instanceof AckResult.Acked)) {
      throw new AssertionError(result);
    }
  }
}
