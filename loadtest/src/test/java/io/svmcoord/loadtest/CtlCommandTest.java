package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.SvmClient;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.OpenDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CtlCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static RunningServer server;

  @BeforeAll
  static void startServer() {
    server = RunningServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  private static SvmRun ctl(String... arguments) {
    List<String> all = new ArrayList<>(List.of("ctl"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--target", server.target()));
    return SvmRun.of(all.toArray(String[]::new));
  }

  @Test
  void space_createdAndDeleted_isListedInBetween() {
    SvmRun created = ctl("space", "create", "ctl-space", "-o", "json");
    assertThat(created.exitCode()).isZero();
    assertThat(created.json().path("name").asText()).isEqualTo("ctl-space");
    assertThat(created.json().path("page_size").asLong()).isEqualTo(4096);

    SvmRun table = ctl("spaces");
    assertThat(table.out()).startsWith("ID").contains("ctl-space");

    assertThat(ctl("space", "delete", "ctl-space").exitCode()).isZero();
    JsonNode left = ctl("spaces", "-o", "json").json().path("spaces");
    assertThat(left.findValuesAsText("name")).doesNotContain("ctl-space");
  }

  @Test
  void space_sameNameTwice_isRefusedInOneLine() {
    ctl("space", "create", "twice");

    SvmRun again = ctl("space", "create", "twice");

    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).startsWith("svm ctl space create: ALREADY_EXISTS").hasLineCount(1);
  }

  @Test
  void sessions_deviceConnected_isListedAndCanBeEvicted() {
    try (SvmClient client = SvmClient.connect(server.target());
        DeviceSession device = client.openDevice(DeviceOptions.named("ctl-device"))) {
      JsonNode row = session("ctl-device");
      assertThat(row.path("id").asLong()).isEqualTo(device.sessionId());
      assertThat(row.path("role").asText()).isEqualTo("device");
      assertThat(row.path("state").asText()).isEqualTo("active");
      assertThat(row.path("lease_left_millis").asInt()).isPositive();
      assertThat(ctl("sessions").out()).contains("ctl-device");

      String id = row.path("id").asText();
      SvmRun evicted = ctl("evict", id, "--cause", "a test", "-o", "json");
      assertThat(evicted.exitCode()).isZero();
      JsonNode after = session("ctl-device");
      assertThat(after.path("state").asText()).isIn("evicted", "detached");
    }
  }

  @Test
  void sessions_ofDevicesThatShareAStream_showWhichTheyShare() {
    try (SvmClient sharing = SvmClient.builder(server.target()).sharedStream(true).build();
        SvmClient client = SvmClient.connect(server.target());
        DeviceSession one = sharing.openDevice(DeviceOptions.named("ctl-member-1"));
        DeviceSession two = sharing.openDevice(DeviceOptions.named("ctl-member-2"));
        DeviceSession alone = client.openDevice(DeviceOptions.named("ctl-alone"))) {
      long gateway = session("ctl-member-1").path("gateway").asLong();

      assertThat(gateway).isPositive();
      assertThat(session("ctl-member-2").path("gateway").asLong()).isEqualTo(gateway);
      assertThat(session("ctl-alone").path("gateway").isIntegralNumber()).isTrue();
      assertThat(session("ctl-alone").path("gateway").asLong()).isZero();
      assertThat(ctl("sessions").out().lines())
          .anyMatch(line -> line.matches(".* PEER +GATEWAY +LEASE LEFT .*"))
          .anyMatch(line -> line.matches(row(two, "ctl-member-2", Long.toString(gateway))))
          .anyMatch(line -> line.matches(row(alone, "ctl-alone", "-")));
      assertThat(one.sessionId()).isNotEqualTo(two.sessionId());
    }
  }

  /** A pattern of a line of the table. */
  private static String row(DeviceSession device, String name, String gateway) {
    return " *%d +device +active +%s +[0-9.]+:[0-9]+ +%s +[0-9]+ ms .*"
        .formatted(device.sessionId(), name, gateway);
  }

  /** Opens a device session that does nothing any more; its stream. */
  private static StreamObserver<DeviceSessionRequest> silentDevice(
      ManagedChannel channel, String name, int ttlMillis) {
    StreamObserver<DeviceSessionRequest> stream =
        DeviceServiceGrpc.newStub(channel).deviceSession(new IgnoredNotices());
    OpenDevice open = OpenDevice.newBuilder().setName(name).setTtlMillis(ttlMillis).build();
    stream.onNext(
        DeviceSessionRequest.newBuilder()
            .addCommands(DeviceCommand.newBuilder().setOpen(open))
            .build());
    await().atMost(PATIENCE).until(() -> ctl("sessions").out().contains(name));
    return stream;
  }

  private static final class IgnoredNotices implements StreamObserver<DeviceSessionResponse> {
    @Override
    public void onNext(DeviceSessionResponse notices) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }

  private static void awaitOver(String name) {
    await().atMost(PATIENCE).until(() -> session(name).path("over_millis").asLong() > 0);
  }

  @Test
  void sessions_inEachState_areShownWithReasonAndTime() {
    ManagedChannel channel = NettyChannelBuilder.forTarget(server.target()).usePlaintext().build();
    try {
      var _ = silentDevice(channel, "ctl-active", 60_000);
      silentDevice(channel, "ctl-suspect", 60_000).onCompleted();
      var _ = silentDevice(channel, "ctl-expired", 500);
      var _ = silentDevice(channel, "ctl-evicted", 2_000);
      ctl("evict", session("ctl-evicted").path("id").asText(), "--cause", "a test");

      assertThat(session("ctl-evicted").path("state").asText()).isEqualTo("evicted");
      awaitOver("ctl-expired");
      awaitOver("ctl-evicted");
      await()
          .atMost(PATIENCE)
          .until(() -> session("ctl-suspect").path("state").asText().equals("suspect"));

      assertThat(session("ctl-active").path("state").asText()).isEqualTo("active");
      assertThat(session("ctl-active").path("over_millis").asLong()).isZero();
      assertThat(session("ctl-expired").path("state").asText()).isEqualTo("expired");
      assertThat(session("ctl-expired").path("end_cause").asText()).isEqualTo("LEASE_EXPIRED");
      assertThat(session("ctl-evicted").path("state").asText()).isEqualTo("evicted");
      assertThat(session("ctl-evicted").path("end_cause").asText()).isEqualTo("OPERATOR: a test");
      assertThat(ctl("sessions").out().lines().filter(line -> line.contains("ctl-evicted")))
          .singleElement()
          .asString()
          .matches(".* evicted .* \\d+ ms +OPERATOR: a test *");
    } finally {
      channel.shutdownNow();
    }
  }

  private static JsonNode session(String name) {
    for (JsonNode row : ctl("sessions", "-o", "json").json().path("sessions")) {
      if (row.path("name").asText().equals(name)) {
        return row;
      }
    }
    throw new AssertionError("no session " + name);
  }

  @Test
  void subscriptions_unknownSpace_isRefused() {
    SvmRun run = ctl("subscriptions", "--space", "999999");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("NOT_FOUND");
  }

  @Test
  void subscriptions_emptySpace_listsNone() {
    ctl("space", "create", "no-subscriptions");

    JsonNode json =
        ctl("subscriptions", "--space", "no-subscriptions", "--range", "0x0-0xfff", "-o", "json")
            .json();

    assertThat(json.path("subscriptions").isEmpty()).isTrue();
    assertThat(json.path("truncated").asBoolean()).isFalse();
  }

  @Test
  void subscriptions_noSpaceNamed_listsThoseOfAllSpaces() {
    try (SvmClient client = SvmClient.connect(server.target());
        DeviceSession device = client.openDevice(DeviceOptions.named("subscriber"))) {
      long first = client.addressSpaces().create("all-1", 4096).id();
      long second = client.addressSpaces().create("all-2", 4096).id();
      PageSource none = (space, range, access, timeout) -> List.of();
      device.mirror(first, new AddressRange(0x1000, 0x1fff), new NoTable(), none);
      device.mirror(second, new AddressRange(0x2000, 0x2fff), new NoTable(), none);

      JsonNode all = ctl("subscriptions", "-o", "json").json();
      JsonNode one = ctl("subscriptions", "--limit", "1", "-o", "json").json();

      assertThat(all.path("subscriptions").findValuesAsText("space_id"))
          .containsExactly(Long.toString(first), Long.toString(second));
      assertThat(all.path("truncated").asBoolean()).isFalse();
      assertThat(one.path("subscriptions")).hasSize(1);
      assertThat(one.path("truncated").asBoolean()).isTrue();
    }
  }

  /** Mirrors nothing. */
  private static final class NoTable implements DeviceTable {
    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {}

    @Override
    public void invalidate(InvalidationNotice notice) {}
  }

  @Test
  void target_givenBeforeTheCommand_isTaken() {
    SvmRun run = SvmRun.of("ctl", "--target", server.target(), "-o", "json", "spaces");
    SvmRun nested = SvmRun.of("ctl", "--target", server.target(), "space", "create", "nested");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().path("spaces").isArray()).isTrue();
    assertThat(nested.exitCode()).isZero();
  }

  @Test
  void invalidations_noneRunning_listsNone() {
    SvmRun run = ctl("invalidations", "-o", "json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().path("invalidations").isEmpty()).isTrue();
  }

  @Test
  void node_running_tellsTransport() {
    JsonNode node = ctl("node", "-o", "json").json();

    assertThat(node.path("transport").asText()).isEqualTo("epoll");
    assertThat(node.path("incarnation").asText()).hasSize(32);
    assertThat(node.path("draining").asBoolean()).isFalse();
  }
}
