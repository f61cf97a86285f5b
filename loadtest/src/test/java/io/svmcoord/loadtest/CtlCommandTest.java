package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.SvmClient;
import io.svmcoord.range.AddressRange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CtlCommandTest {
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
