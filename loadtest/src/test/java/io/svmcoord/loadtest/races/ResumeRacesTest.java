package io.svmcoord.loadtest.races;

import static io.svmcoord.loadtest.races.RaceRig.THREADS;
import static io.svmcoord.loadtest.races.RaceRig.pages;
import static io.svmcoord.loadtest.races.Waits.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.svmcoord.client.Access;
import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.Event;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.SessionEvent;
import io.svmcoord.client.SessionState;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.CutProxy;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.IntrospectionServiceGrpc;
import io.svmcoord.v1.ListSessionsRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A device whose connection is cut around an invalidation (G7): its session goes on, its pages stay
 * in use, and no stale one is (G1).
 */
class ResumeRacesTest extends RaceTest {
  private static final AddressRange ALL = pages(0, 16);
  private static final AddressRange LOW = pages(0, 1);
  private static final io.svmcoord.v1.SessionState EVICTED =
      io.svmcoord.v1.SessionState.SESSION_STATE_EVICTED;
  private static final AddressRange HIGH = pages(8, 1);

  private final RaceTable table = new RaceTable();
  private final List<SessionEvent> news = new CopyOnWriteArrayList<>();
  private CutProxy network;
  private SvmClient client;
  private DeviceSession device;
  private Mirror mirror;

  @BeforeEach
  void connect() {
    network = new CutProxy(port());
    client = SvmClient.connect(network.target());
    open(Duration.ofSeconds(30));
  }

  private void open(Duration ttl) {
    device = client.openDevice(DeviceOptions.named("device").withTtl(ttl).withListener(news::add));
    mirror = rig.mirror(device, ALL, table);
    mirror.fault(LOW, Access.READ, PATIENCE);
    mirror.fault(HIGH, Access.READ, PATIENCE);
  }

  @AfterEach
  void disconnect() {
    network.up();
    client.close();
    network.close();
  }

  private io.svmcoord.v1.SessionState state(long session) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext().build();
    try {
      return IntrospectionServiceGrpc.newBlockingStub(channel)
          .listSessions(ListSessionsRequest.newBuilder().setPageSize(1000).build())
          .getSessionsList()
          .stream()
          .filter(each -> each.getId() == session)
          .findFirst()
          .orElseThrow()
          .getState();
    } finally {
      channel.shutdownNow();
    }
  }

  private long told(Class<? extends SessionEvent> kind) {
    return news.stream().filter(kind::isInstance).count();
  }

  private void awaitNews(Class<? extends SessionEvent> kind, long count) {
    Waits.until(kind.getSimpleName(), () -> told(kind) >= count);
  }

  /** Begun with everybody's ack; the host changes the page, and the device faults it in again. */
  private void finish(Invalidation begun, AddressRange range) {
    assertThat(begun.fanOut().notAcked()).isEmpty();
    assertThat(table.versions()).doesNotContainKey(range.first());
    rig.memory().change(range);
    begun.end();
    mirror.fault(range, Access.READ, PATIENCE);
    rig.assertFresh(table);
    assertThat(told(SessionEvent.Fenced.class)).as("news: %s", news).isZero();
    assertThat(table.notices()).as("pages dropped by nothing else").hasSize(1);
  }

  /** A begin that has reached the coordinator. */
  private CompletableFuture<Invalidation> beginAndAwaitItsSequence(AddressRange range) {
    CompletableFuture<Invalidation> begin = rig.beginAsync(range);
    Waits.until("it runs", () -> rig.info().runningInvalidations() == 1);
    return begin;
  }

  @Test
  void cutBetweenEventAndAck_ackedOnTheNextStream() {
    CountDownLatch release = new CountDownLatch(1);
    table.beforeTearDown = () -> Waits.await(release);
    CompletableFuture<Invalidation> begin = rig.beginAsync(LOW);
    table.awaitTold();

    network.cut();
    release.countDown();

    finish(Waits.join(begin), LOW);
    awaitNews(SessionEvent.Resumed.class, 1);
  }

  @Test
  void cutBetweenAckAndItsArrival_ackedAgainWithoutTheHandler() {
    network.loseToServer();
    CompletableFuture<Invalidation> begin = rig.beginAsync(LOW);
    Waits.until("the page is unmapped", () -> !table.versions().containsKey(LOW.first()));
    assertThat(begin).isNotDone();

    network.cut();

    finish(Waits.join(begin), LOW);
    awaitNews(SessionEvent.Resumed.class, 1);
  }

  @Test
  void cutBeforeTheEventArrives_toldAfterTheResume() {
    network.loseToClient();
    CompletableFuture<Invalidation> begin = beginAndAwaitItsSequence(LOW);
    assertThat(mirror.access(table::versions)).containsKey(LOW.first());

    network.cut();

    finish(Waits.join(begin), LOW);
  }

  @Test
  void beginsWhileCutOff_waitsForTheResume_pagesInUseMeanwhile() {
    network.down();
    awaitNews(SessionEvent.Suspect.class, 1);
    CompletableFuture<Invalidation> begin = beginAndAwaitItsSequence(LOW);
    assertThat(device.state()).isEqualTo(SessionState.DEGRADED);
    assertThat(mirror.access(table::versions)).containsKeys(LOW.first(), HIGH.first());
    assertThat(begin).isNotDone();

    network.up();

    finish(Waits.join(begin), LOW);
    assertThat(mirror.access(table::versions)).containsKeys(LOW.first(), HIGH.first());
  }

  @Test
  void endsWhileCutOff_readerGoesOnAfterTheResume() {
    Invalidation running = rig.begin(LOW);
    CompletableFuture<List<MirroredPage>> fault = mirror.faultAsync(LOW, Access.READ, PATIENCE);
    Waits.until("the reader waits", () -> mirror.stats().waits() == 1);
    network.down();
    awaitNews(SessionEvent.Suspect.class, 1);
    rig.memory().change(LOW);
    running.end();
    assertThat(fault).isNotDone();

    network.up();

    Waits.join(fault);
    rig.assertFresh(table);
    assertThat(table.versions()).containsKeys(LOW.first(), HIGH.first());
    assertThat(told(SessionEvent.Fenced.class)).isZero();
  }

  @Test
  void cutWhileOneRuns_readerWaitsForItsEndOnTheNextStream() {
    Invalidation running = rig.begin(LOW);
    network.cut();
    awaitNews(SessionEvent.Resumed.class, 1);
    CompletableFuture<List<MirroredPage>> fault = mirror.faultAsync(LOW, Access.READ, PATIENCE);
    Waits.until("the reader waits", () -> mirror.stats().waits() == 1);
    assertThat(fault).isNotDone();

    rig.memory().change(LOW);
    running.end();

    Waits.join(fault);
    rig.assertFresh(table);
  }

  @Test
  void halfOpen_heartbeatIsMissed_goesOnOverASecondConnection() {
    device.close();
    news.clear();
    open(Duration.ofSeconds(5));
    network.loseToServer();
    network.loseToClient();
    CompletableFuture<Invalidation> begin = rig.beginAsync(LOW);

    Invalidation begun = Waits.join(begin);

    assertThat(begun.fanOut().notAcked()).isEmpty();
    awaitNews(SessionEvent.Resumed.class, 1);
    rig.memory().change(LOW);
    begun.end();
    rig.assertFresh(table);
    assertThat(told(SessionEvent.Fenced.class)).as("news: %s", news).isZero();
  }

  @Test
  void cutDuringUpdate_answerIsLost_takesEffectOnce() {
    network.loseToClient();
    CompletableFuture<Void> update =
        CompletableFuture.runAsync(
            () -> mirror.update(List.of(pages(12, 4)), List.of(pages(20, 4))), THREADS);
    Waits.until("it took effect", () -> rig.info().subscriptions() == 2);
    CompletableFuture<Invalidation> begin = beginAndAwaitItsSequence(pages(20, 1));

    network.cut();

    Waits.join(update);
    CompletableFuture<List<MirroredPage>> fault =
        mirror.faultAsync(pages(20, 2), Access.READ, PATIENCE);
    Invalidation begun = Waits.join(begin);
    assertThat(begun.fanOut().notAcked()).isEmpty();
    rig.memory().change(pages(20, 1));
    assertThat(fault).as("it waits for what began before it knew").isNotDone();
    begun.end();
    Waits.join(fault);
    rig.assertFresh(table);
    assertThat(rig.info().subscriptions()).isEqualTo(2);
    assertThat(told(SessionEvent.Fenced.class)).isZero();
  }

  @Test
  void cutDuringUpdate_commandIsLost_isSentAgain() {
    network.loseToServer();
    CompletableFuture<Void> update =
        CompletableFuture.runAsync(
            () -> mirror.update(List.of(pages(12, 4)), List.of(pages(20, 4))), THREADS);
    Waits.until("the removed part is dropped", () -> !table.notices().isEmpty());

    network.cut();

    Waits.join(update);
    assertThat(mirror.ranges()).containsExactly(pages(0, 12), pages(20, 4));
    mirror.fault(pages(20, 1), Access.READ, PATIENCE);
    rig.change(pages(20, 1));
    rig.assertFresh(table);
    assertThat(told(SessionEvent.Fenced.class)).isZero();
  }

  @Test
  void cutTwice_secondTimeInTheHandlerOfWhatWasToldAgain_ackedOnTheThirdStream() {
    CountDownLatch release = new CountDownLatch(1);
    network.down();
    awaitNews(SessionEvent.Suspect.class, 1);
    table.beforeTearDown = () -> Waits.await(release);
    CompletableFuture<Invalidation> begin = beginAndAwaitItsSequence(LOW);
    network.up();
    table.awaitTold();
    network.cut();
    release.countDown();

    finish(Waits.join(begin), LOW);
    awaitNews(SessionEvent.Resumed.class, 2);
  }

  @Test
  void evictedWhileCutOff_dropsEverythingAndComesBackAsAnother() {
    long former = device.sessionId();
    network.down();
    awaitNews(SessionEvent.Suspect.class, 1);
    CompletableFuture<Invalidation> begin =
        rig.host()
            .beginAsync(
                rig.space(),
                List.of(LOW),
                Event.CLEAR,
                BeginOptions.DEFAULT.withAckDeadline(Duration.ofMillis(1)));
    Waits.until("it is put out", () -> state(former) == EVICTED);
    assertThat(begin).isNotDone();

    network.up();

    awaitNews(SessionEvent.Reopened.class, 1);
    assertThat(Waits.join(begin).fanOut().notAcked()).hasSize(1);
    assertThat(told(SessionEvent.Fenced.class)).isEqualTo(1);
    assertThat(told(SessionEvent.Resumed.class)).isZero();
    assertThat(device.sessionId()).isNotEqualTo(former);
    assertThat(table.versions()).isEmpty();
  }
}
