package io.svmcoord.client;

import static io.svmcoord.client.FakeCoordinator.PAGE;
import static io.svmcoord.client.FakeCoordinator.PATIENCE_SECONDS;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.invalidate;
import static io.svmcoord.client.FakeCoordinator.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.svmcoord.client.FakeCoordinator.DeviceStream;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a device says while it drops pages: no word that it can't vouch for (promises G1, G4). */
@Timeout(60)
class MirrorDropTest {
  private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);
  private static final AddressRange WINDOW = pages(0, 16);

  private final FakeCoordinator coordinator = new FakeCoordinator();
  private final RecordingTable table = new RecordingTable();
  private SvmClient client;
  private DeviceSession device;
  private DeviceStream stream;

  @BeforeEach
  void open() {
    client = coordinator.client().build();
    device = client.openDevice(DeviceOptions.named("d"));
    stream = coordinator.nextDevice();
  }

  @AfterEach
  void close() {
    coordinator.close();
    client.close();
  }

  private CompletableFuture<Mirror> mirrorInBackground(RecordingTable ofMirror) {
    return CompletableFuture.supplyAsync(
        () -> device.mirror(SPACE, WINDOW, ofMirror, MirrorDropTest::fetch));
  }

  private Mirror mirror() {
    CompletableFuture<Mirror> made = mirrorInBackground(table);
    stream.answer(stream.nextUpdate());
    return made.join();
  }

  private static List<MirroredPage> fetch(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    return List.of(new MirroredPage(range.first(), 1, false, 0));
  }

  /** From now on the table can't drop anything, and an invalidation arrives while it tries to. */
  private void failWhileInvalidationArrives() {
    table.beforeTearDown =
        () -> {
          if (table.notices.size() == 1) {
            stream.send(invalidate(1, WINDOW));
          }
          throw new IllegalStateException("the device does not answer");
        };
  }

  private void assertRefusedAsFailed(DeviceSessionRequest answer) {
    assertThat(table.mapped).as("what the device still uses").isNotEmpty();
    assertThat(answer.getAcksList()).isEmpty();
    assertThat(answer.getRefusalsList())
        .singleElement()
        .returns(1L, Refusal::getSequence)
        .returns(Refusal.Cause.CAUSE_FAILED, Refusal::getCause);
  }

  @Test
  void close_tableFailsWhileInvalidationArrives_isNotAcked() {
    Mirror mirror = mirror();
    mirror.fault(pages(2, 1), Access.READ, PATIENCE);
    failWhileInvalidationArrives();

    mirror.close();

    assertRefusedAsFailed(stream.nextAnswer());
  }

  @Test
  void update_tableFailsWhileInvalidationArrives_isNotAcked() {
    Mirror mirror = mirror();
    mirror.fault(pages(2, 1), Access.READ, PATIENCE);
    failWhileInvalidationArrives();

    assertThatThrownBy(() -> mirror.update(List.of(pages(2, 2)), List.of()))
        .isInstanceOf(SessionLostException.class);

    assertRefusedAsFailed(stream.nextAnswer());
  }

  @Test
  void close_deviceWhileItSubscribes_mapsNothingAfterItDetached() throws Exception {
    coordinator.isClosingAfterDevices = false;
    CompletableFuture<Mirror> late = mirrorInBackground(table);
    DeviceCommand update = stream.nextUpdate();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(device::close);
    assertThat(stream.nextUpdate().hasDetach()).isTrue();

    // The coordinator waits for this device no more, but its answer was under way before.
    stream.answer(update);
    Mirror mirror = late.join();

    assertThatThrownBy(() -> mirror.fault(pages(2, 1), Access.READ, Duration.ofMillis(100)))
        .isInstanceOf(SvmException.class);
    assertThat(table.mapped).isEmpty();
    assertThatThrownBy(() -> mirror.access(() -> {})).isInstanceOf(FencedException.class);
    coordinator.close();
    closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThatThrownBy(() -> mirror.readBegin(AddressRanges.of(pages(2, 1)), PATIENCE))
        .isInstanceOf(SvmException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void handlerFails_streamEndsWhileItDrops_answerThatWaitedBringsNoMirrorToLife() {
    Mirror mirror = mirror();
    AtomicReference<CompletableFuture<Mirror>> late = new AtomicReference<>();
    table.beforeTearDown =
        () -> {
          table.beforeTearDown =
              () -> {
                // The session drops everything; meanwhile an answer arrives, and the stream ends.
                late.set(mirrorInBackground(new RecordingTable()));
                stream.answer(stream.nextUpdate());
                stream.fail(Status.UNAVAILABLE.asRuntimeException());
                awaitStreamOver();
                table.beforeTearDown = () -> {};
              };
          throw new IllegalStateException("the device does not answer");
        };

    stream.send(invalidate(1, WINDOW));

    stream = coordinator.nextDevice();
    stream.answer(stream.nextUpdate());
    assertThat(mirror.fault(pages(2, 1), Access.READ, PATIENCE)).hasSize(1);
    assertThatThrownBy(() -> late.get().join()).hasCauseInstanceOf(SessionLostException.class);
    assertThat(stream.commands).isEmpty();
  }

  private void awaitStreamOver() {
    while (true) {
      try {
        var _ = ((DeviceSessionImpl) device).sessionKey();
        Thread.onSpinWait();
      } catch (SessionLostException e) {
        return;
      }
    }
  }

  @Test
  void streamBroken_coordinatorHasNewIncarnation_mirrorIsGone() {
    Mirror mirror = mirror();
    coordinator.incarnation = "incarnation-0002";

    stream.fail(Status.UNAVAILABLE.asRuntimeException());

    // Its space of this id may be anybody's, so nothing of it is subscribed.
    stream = coordinator.nextDevice();
    assertThatThrownBy(() -> mirror.readBegin(AddressRanges.of(pages(2, 1)), PATIENCE))
        .isInstanceOf(SpaceGoneException.class);
    RecordingTable ofNext = new RecordingTable();
    CompletableFuture<Mirror> next = mirrorInBackground(ofNext);
    DeviceCommand update = stream.nextUpdate();
    stream.answer(update);
    assertThat(next.join().fault(pages(2, 1), Access.READ, PATIENCE)).hasSize(1);
    assertThat(stream.commands).isEmpty();
  }

  @Test
  void close_host_endsItsLeaseBeforeItDetaches() {
    AtomicLong leaseAtDetach = new AtomicLong(-1);
    HostSession host = client.openHost(HostOptions.named("h"));
    coordinator.nextHost().onDetach = () -> leaseAtDetach.set(host.leaseLeft().toNanos());

    host.close();

    assertThat(leaseAtDetach).hasValue(0);
  }

  @Test
  void fence_whenNextSessionIsOpen_isTooLateAndDropsNothing() {
    AtomicLong leaseLeftNanos = new AtomicLong(1);
    MirrorCore core =
        new MirrorCore(
            ClientEnvironment.system(), leaseLeftNanos::get, MirrorRules.CORRECT, SPACE, table);
    core.subscribed(AddressRanges.of(WINDOW), PAGE, Map.of());

    // The end of an earlier session's lease is told late, on a thread of its own.
    core.fence();
    assertThat(core.awaitStopped(Deadline.after(PATIENCE, ClientEnvironment.system()))).isTrue();
    assertThat(core.isLive()).isTrue();

    leaseLeftNanos.set(0);
    core.fence();
    assertThat(core.awaitStopped(Deadline.after(PATIENCE, ClientEnvironment.system()))).isTrue();
    assertThat(core.isLive()).isFalse();
    assertThat(table.notices).hasSize(1);
  }
}
