package io.svmcoord.client;

import static io.svmcoord.client.DeviceFixture.PATIENCE;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.next;
import static io.svmcoord.client.FakeCoordinator.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.svmcoord.client.FakeCoordinator.DeviceStream;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a mirror does between the end of its lease and its fence, which is late: the process was
 * stopped, and what it does first when it goes on is not the timer (promises G1 and G4). The
 * scripted coordinator tells nothing of what happened meanwhile, as a real one would not either.
 */
@Timeout(60)
class MirrorLeaseTest {
  private static final AddressRange WINDOW = pages(0, 16);
  private static final AddressRange PAGE = pages(2, 1);
  private static final AddressRanges PAGES = AddressRanges.of(PAGE);
  private static final List<MirroredPage> LIST =
      List.of(new MirroredPage(PAGE.first(), 1, false, 0));

  /** What may happen to a process. */
  enum Stop {
    /** Its monotonic clock ran on. */
    STOPPED,
    /** The clock stood as well; only the wall clock tells. */
    ASLEEP;

    void pastLease(InProcessEnvironment environment, FakeCoordinator coordinator) {
      switch (this) {
        case STOPPED -> environment.stopFor(coordinator.ttl);
        case ASLEEP -> environment.sleepFor(coordinator.ttl);
      }
    }
  }

  private final FakeCoordinator coordinator = new FakeCoordinator();
  private final InProcessEnvironment environment = new InProcessEnvironment(coordinator.channel());
  private final BlockingQueue<SessionEvent> news = new LinkedBlockingQueue<>();
  private final RecordingTable table = new RecordingTable();
  private final SvmClient client = SvmClient.builder("fake").environment(environment).build();
  private DeviceSession device;
  private DeviceStream stream;
  private Mirror mirror;

  /** Runs in each fetch. */
  private Runnable duringFetch = () -> {};

  @BeforeEach
  void open() {
    device = client.openDevice(DeviceOptions.named("d").withListener(news::add));
    stream = coordinator.nextDevice();
    mirror = mirror(WINDOW);
  }

  @AfterEach
  void close() {
    coordinator.close();
    client.close();
  }

  private Mirror mirror(AddressRange window) {
    CompletableFuture<Mirror> made =
        CompletableFuture.supplyAsync(() -> device.mirror(SPACE, window, table, this::fetch));
    stream.answer(stream.nextUpdate());
    return made.join();
  }

  private List<MirroredPage> fetch(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    duringFetch.run();
    return LIST;
  }

  private RetryResult readRetry(LocalToken token) {
    mirror.lock().lock();
    try {
      return mirror.readRetry(token, PAGES);
    } finally {
      mirror.lock().unlock();
    }
  }

  private void awaitFenced() {
    while (!(next(news, "Fenced") instanceof SessionEvent.Fenced)) {
      // Other news come before.
    }
  }

  @ParameterizedTest
  @EnumSource
  void readRetry_pastTheLeaseBeforeTheFence_isFenced(Stop stop) {
    LocalToken token = mirror.readBegin(PAGES, PATIENCE);
    assertThat(readRetry(token)).isEqualTo(RetryResult.VALID);

    stop.pastLease(environment, coordinator);

    LocalToken late = mirror.readBegin(PAGES, PATIENCE);
    assertThat(late).as("costs no look at the clock, and is good for nothing").isSameAs(token);
    assertThat(readRetry(late)).isEqualTo(RetryResult.FENCED);
    assertThat(mirror.checkRetry(late, PAGES)).isTrue();
    LocalToken later = mirror.readBegin(PAGES, PATIENCE);
    assertThat(readRetry(later)).isEqualTo(RetryResult.FENCED);
    assertThat(table.notices).as("the fence has not come").isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void fault_pastTheLeaseDuringTheFetch_installsNothing(Stop stop) {
    duringFetch = () -> stop.pastLease(environment, coordinator);

    assertThatThrownBy(() -> mirror.fault(PAGE, Access.READ, Duration.ofMillis(100)))
        .isInstanceOf(TimedOutException.class);

    assertThat(table.mapped).isEmpty();
    assertThat(mirror.stats().retries()).containsKey(RetryResult.FENCED);
  }

  @ParameterizedTest
  @EnumSource
  void access_pastTheLease_isNotBegunAndNotBelieved(Stop stop) {
    mirror.fault(PAGE, Access.READ, PATIENCE);

    assertThatThrownBy(() -> mirror.access(() -> stop.pastLease(environment, coordinator)))
        .as("at its end")
        .isInstanceOf(FencedException.class);
    assertThatThrownBy(() -> mirror.access(() -> assertThat(table.mapped).isNull()))
        .as("at its beginning")
        .isInstanceOf(FencedException.class);
  }

  /** Nobody looks at the clock: the timer slept as long as the machine, and still comes in time. */
  @Test
  void fence_machineSleptPastTheLease_comesWithoutAnyAccess() {
    coordinator.ttl = Duration.ofSeconds(10);
    var _ = client.openDevice(DeviceOptions.named("sleeper").withListener(news::add));
    var _ = coordinator.nextDevice();

    coordinator.isAnsweringHeartbeats = false;
    environment.sleepFor(coordinator.ttl);
    long awakeNanos = System.nanoTime();
    awaitFenced();

    assertThat(Duration.ofNanos(System.nanoTime() - awakeNanos))
        .as("a heartbeat later, not when a timer of the whole lease would have come")
        .isLessThan(Duration.ofSeconds(8));
  }

  /**
   * Stopped between the check and the install, which no check can rule out: what was installed is
   * dropped by the fence, which waits for the lock, and nothing that goes through the mirror finds
   * it before.
   */
  @Test
  void install_pastTheLeaseButCheckedBefore_isDroppedByTheFence() {
    LocalToken token = mirror.readBegin(PAGES, PATIENCE);
    mirror.lock().lock();
    try {
      assertThat(mirror.readRetry(token, PAGES)).isEqualTo(RetryResult.VALID);
      environment.stopFor(coordinator.ttl);
      stream.fail(Status.UNAVAILABLE.asRuntimeException());
      table.install(PAGE, LIST, Access.READ);
      assertThatThrownBy(() -> mirror.access(() -> {})).isInstanceOf(FencedException.class);
      assertThat(table.notices).isEmpty();
    } finally {
      mirror.lock().unlock();
    }

    awaitFenced();

    assertThat(table.mapped).isEmpty();
    assertThat(table.notices).extracting(InvalidationNotice::event).containsExactly(Event.RELEASE);
  }

  @Test
  void readBegin_underALock_isRefusedThoughItsTokenIsReady() {
    Mirror other = mirror(pages(32, 4));
    mirror.readBegin(PAGES, PATIENCE);
    mirror.lock().lock();
    try {
      assertThatIllegalStateException()
          .as("under its own, always")
          .isThrownBy(() -> mirror.readBegin(PAGES, PATIENCE))
          .withMessageStartingWith("Mirror.readBegin was called under a mirror's lock");
      assertThatIllegalStateException()
          .as("under another's, where none is ready")
          .isThrownBy(() -> other.readBegin(AddressRanges.of(pages(32, 1)), PATIENCE))
          .withMessageStartingWith("Mirror.readBegin was called under a mirror's lock");
    } finally {
      mirror.lock().unlock();
    }

    assertThat(mirror.readBegin(PAGES, PATIENCE).ranges()).isEqualTo(PAGES);
  }

  @Test
  void lock_takenTwice_isHeldUntilLeftTwice() {
    LocalToken token = mirror.readBegin(PAGES, PATIENCE);
    mirror.lock().lock();
    try {
      mirror.access(() -> assertThat(mirror.readRetry(token, PAGES)).isEqualTo(RetryResult.VALID));
      assertThat(mirror.readRetry(token, PAGES)).isEqualTo(RetryResult.VALID);
    } finally {
      mirror.lock().unlock();
    }

    assertThatIllegalStateException()
        .isThrownBy(() -> mirror.readRetry(token, PAGES))
        .withMessageStartingWith("Mirror.readRetry was called without Mirror.lock()");
  }
}
