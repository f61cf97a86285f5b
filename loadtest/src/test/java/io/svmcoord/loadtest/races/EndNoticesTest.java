package io.svmcoord.loadtest.races;

import static io.svmcoord.loadtest.races.RaceRig.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.EndNotice;
import io.svmcoord.client.Event;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.EvictSessionRequest;
import io.svmcoord.v1.IntrospectionServiceGrpc;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationServiceGrpc;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A subscriber of the whole space that keeps account of what runs by begins and ends, like the
 * users of the kernel's whole-process notifiers: its account agrees with the host's.
 */
class EndNoticesTest extends RaceTest {
  private static final int HOLD_MILLIS = 500;

  private final Account account = new Account();
  private ManagedChannel channel;

  @BeforeEach
  void connect() {
    channel = NettyChannelBuilder.forTarget(target()).usePlaintext().build();
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  /** Changed under the mirror's lock, read by any thread through its snapshots. */
  private static final class Account implements DeviceTable {
    private final Map<Long, AddressRange> running = new TreeMap<>();
    private final List<EndNotice> ends = new CopyOnWriteArrayList<>();
    private volatile List<Long> now = List.of();
    private final AtomicInteger drops = new AtomicInteger();

    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {}

    @Override
    public void invalidate(InvalidationNotice notice) {
      if (notice.event() == Event.RELEASE) {
        running.clear();
        drops.incrementAndGet();
      } else {
        assertThat(running.put(notice.sequence(), notice.ranges().range(0))).isNull();
      }
      now = List.copyOf(running.keySet());
    }

    @Override
    public void invalidationEnded(EndNotice notice) {
      ends.add(notice);
      running.remove(notice.sequence());
      now = List.copyOf(running.keySet());
    }

    void awaitRunning(Long... sequences) {
      Waits.until("the account is the host's", () -> List.of(sequences).equals(now));
    }
  }

  private Mirror subscribeWholeSpace(DeviceSession device) {
    return device.mirror(rig.space(), AddressRange.WHOLE, account, rig.memory());
  }

  private Mirror subscribeWholeSpace() {
    return subscribeWholeSpace(rig.device("whole-space"));
  }

  private static long sequence(Invalidation invalidation) {
    return invalidation.id().sequence();
  }

  @Test
  void wholeSpace_overlappingInvalidations_accountIsTheHosts() {
    subscribeWholeSpace();

    Invalidation outer = rig.begin(pages(0, 16));
    Invalidation inner = rig.begin(pages(4, 1));
    account.awaitRunning(sequence(outer), sequence(inner));
    outer.end();
    account.awaitRunning(sequence(inner));
    inner.end();

    account.awaitRunning();
    assertThat(account.ends)
        .extracting(EndNotice::sequence)
        .containsExactly(sequence(outer), sequence(inner));
    assertThat(account.ends).noneMatch(EndNotice::forced);
  }

  @Test
  void subscribedWhileOneRuns_itsEndIsToldWithoutItsBegin() {
    Invalidation running = rig.begin(pages(4, 1));
    subscribeWholeSpace();

    running.end();

    Waits.until("the end is told", () -> !account.ends.isEmpty());
    assertThat(account.ends)
        .singleElement()
        .returns(sequence(running), EndNotice::sequence)
        .returns(false, EndNotice::forced);
  }

  @Test
  void hostIsGone_forcedEndIsToldAsSuch() {
    subscribeWholeSpace();
    AddressRange range = pages(4, 1);
    long sequence =
        InvalidationServiceGrpc.newBlockingStub(channel)
            .beginInvalidation(
                BeginInvalidationRequest.newBuilder()
                    .setSpaceId(rig.space())
                    .setEvent(InvalidationEvent.INVALIDATION_EVENT_UNMAP)
                    .setHoldMillis(HOLD_MILLIS)
                    .addRanges(
                        io.svmcoord.v1.AddressRange.newBuilder()
                            .setFirst(range.first())
                            .setLast(range.last()))
                    .build())
            .getId()
            .getSequence();
    account.awaitRunning(sequence);

    Waits.until("the end is told", () -> !account.ends.isEmpty());
    assertThat(account.ends)
        .singleElement()
        .returns(sequence, EndNotice::sequence)
        .returns(true, EndNotice::forced);
    assertThat(account.now).isEmpty();
  }

  @Test
  void fencedBetweenBeginAndEnd_dropForgetsItAndItEndsLikeOneThatRan() {
    DeviceSession device = rig.device("whole-space");
    Mirror mirror = subscribeWholeSpace(device);
    Invalidation running = rig.begin(pages(4, 1));
    account.awaitRunning(sequence(running));

    IntrospectionServiceGrpc.newBlockingStub(channel)
        .evictSession(
            EvictSessionRequest.newBuilder()
                .setSessionId(device.sessionId())
                .setCause("test")
                .build());
    Waits.until("everything is dropped", () -> account.drops.get() == 1);
    assertThat(account.now).isEmpty();
    mirror.readBegin(AddressRanges.of(pages(0, 1)), Waits.PATIENCE);
    assertThat(account.ends).as("subscribed again, and it runs").isEmpty();
    running.end();

    Waits.until("the end is told", () -> !account.ends.isEmpty());
    assertThat(account.ends).extracting(EndNotice::sequence).containsExactly(sequence(running));
    assertThat(account.now).isEmpty();
  }
}
