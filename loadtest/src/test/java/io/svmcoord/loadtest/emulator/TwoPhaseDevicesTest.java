package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.client.Access;
import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.Event;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.SvmClient;
import io.svmcoord.client.TearDown;
import io.svmcoord.client.TwoPhaseDeviceTable;
import io.svmcoord.client.WouldBlockException;
import io.svmcoord.range.AddressRange;
import io.svmcoord.server.SvmServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several devices that stop in two phases, through a real coordinator. */
@Timeout(60)
final class TwoPhaseDevicesTest {
  private static final long PAGE = 4096;
  private static final int DEVICES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AddressRange RANGE = AddressRange.ofLength(0, 16 * PAGE);

  /** The coordinator must not give up on a device that the test holds back. */
  private static final BeginOptions PATIENT = BeginOptions.DEFAULT.withAckDeadline(PATIENCE);

  private final SvmServer server = TestServer.start();
  private final SvmClient client = SvmClient.connect(TestServer.target(server));
  private final long spaceId = client.addressSpaces().create("space-1", PAGE).id();
  private final HostSession host = client.openHost(HostOptions.named("host"));
  private final List<Table> tables = new ArrayList<>();
  private final List<Mirror> mirrors = new ArrayList<>();

  private static final class Table implements TwoPhaseDeviceTable {
    final BlockingQueue<CompletableFuture<Void>> stages = new LinkedBlockingQueue<>();

    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      assertThat(pages).isNotEmpty();
    }

    @Override
    public TearDown startInvalidate(InvalidationNotice notice) {
      if (notice.event() != Event.MIGRATE) {
        return TearDown.done();
      }
      CompletableFuture<Void> stage = new CompletableFuture<>();
      stages.add(stage);
      return TearDown.when(stage);
    }

    CompletableFuture<Void> nextStage() throws InterruptedException {
      CompletableFuture<Void> stage = stages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(stage).isNotNull();
      return stage;
    }
  }

  @BeforeEach
  void openDevices() {
    for (int i = 0; i < DEVICES; i++) {
      Table table = new Table();
      tables.add(table);
      mirrors.add(
          client
              .openDevice(DeviceOptions.named("device-" + i))
              .mirror(spaceId, RANGE, table, (space, asked, access, limit) -> onePage(asked)));
    }
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private static List<MirroredPage> onePage(AddressRange asked) {
    return List.of(new MirroredPage(asked.first(), 0, true, 0));
  }

  private static AddressRange page(long index) {
    return AddressRange.ofLength(index * PAGE, PAGE);
  }

  @Test
  void begin_devicesStopInTwoPhases_startsAllAndReturnsAfterTheLast() throws Exception {
    CompletableFuture<Invalidation> begin =
        host.beginAsync(spaceId, List.of(page(2)), Event.MIGRATE, PATIENT);
    List<CompletableFuture<Void>> stages = new ArrayList<>();
    for (Table table : tables) {
      stages.add(table.nextStage());
    }

    // Meanwhile the devices answer for other pages.
    try (Invalidation other = host.begin(spaceId, List.of(page(8)), Event.CLEAR)) {
      assertThat(other.isHeld()).isTrue();
    }
    stages.getFirst().complete(null);
    stages.getLast().complete(null);
    assertThat(begin).isNotDone();
    stages.get(1).complete(null);

    try (Invalidation invalidation = begin.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      assertThat(invalidation.isHeld()).isTrue();
      assertThat(invalidation.fanOut().notAcked()).isEmpty();
    }
  }

  @Test
  void nonBlockableBegin_oneDeviceRuns_isRefusedAndUndone() throws Exception {
    assertThatThrownBy(
            () ->
                host.begin(
                    spaceId, List.of(page(2)), Event.MIGRATE, BeginOptions.DEFAULT.nonBlockable()))
        .isInstanceOf(WouldBlockException.class);

    for (Mirror mirror : mirrors) {
      assertThat(mirror.fault(page(2), Access.READ, PATIENCE)).hasSize(1);
    }
    // A later begin over the same page still waits for the jobs of before.
    CompletableFuture<Invalidation> begin =
        host.beginAsync(spaceId, List.of(page(2)), Event.CLEAR, PATIENT);
    for (Table table : tables) {
      assertThat(begin).isNotDone();
      table.nextStage().complete(null);
    }
    begin.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).close();
  }
}
