package io.svmcoord.loadtest.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.Event;
import io.svmcoord.client.GrpcPageSource;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSourceServer;
import io.svmcoord.client.SvmClient;
import io.svmcoord.range.AddressRange;
import io.svmcoord.server.SvmServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs README's Java against a real server, and holds README to it. */
final class ReadmeDeviceTest {
  private static final String THIS_FILE =
      "loadtest/src/test/java/io/svmcoord/loadtest/docs/ReadmeDeviceTest.java";

  @Test
  void javaExamples_ofReadme_areTheCodeBelow() {
    String source =
        squeezed(Documents.read(Documents.root().resolve(THIS_FILE)).replace("@Override", ""));
    List<String> examples = Documents.readmeCode("java");
    assertThat(examples).hasSize(2);
    for (String example : examples) {
      String here =
          example
              .replace("\"127.0.0.1:7070\"", "coordinator")
              .replace("\"127.0.0.1:7072\"", "pageSource")
              .replaceFirst("}\\s*$", "");
      assertThat(source).contains(squeezed(here));
    }
  }

  @Test
  void examples_againstAServer_mirrorAndInvalidate() {
    try (SvmServer server = SvmServer.start(Servers.onFreePorts())) {
      runExamples("127.0.0.1:" + server.port());
    }
  }

  @Test
  void examples_overAUnixSocket_mirrorAndInvalidate(@TempDir Path folder) {
    Path socket = folder.resolve("svm.sock").toAbsolutePath();
    try (SvmServer server =
        SvmServer.start(Servers.onFreePorts().with("listen-unix", socket.toString()))) {
      runExamples("unix:" + socket);
    }
  }

  private static void runExamples(String coordinator) {
    AddressRange range = AddressRange.ofLength(0x10000, 4096);
    try (PageSourceServer source =
            PageSourceServer.start(loopback(), (space, asked, access, timeout) -> onePage(asked));
        SvmClient client = SvmClient.connect(coordinator)) {
      long spaceId = client.addressSpaces().create("space-1", 4096).id();
      runDevice(coordinator, "127.0.0.1:" + source.port(), spaceId, range);
      runHost(client, spaceId, range);
    }
  }

  private static void runDevice(
      String coordinator, String pageSource, long spaceId, AddressRange range) {
    Map<Long, MirroredPage> entries = new HashMap<>();
    DeviceTable table =
        new DeviceTable() {
          @Override
          public void install(AddressRange range, List<MirroredPage> got, Access access) {
            got.forEach(p -> entries.put(p.address(), p));
          }

          @Override
          public void invalidate(InvalidationNotice notice) {
            entries.keySet().removeIf(notice.ranges()::contains);
          }
        };
    try (SvmClient client = SvmClient.connect(coordinator);
        GrpcPageSource pages = GrpcPageSource.connect(pageSource);
        DeviceSession device = client.openDevice(DeviceOptions.named("my-device"));
        Mirror mirror = device.mirror(spaceId, range, table, pages)) {
      mirror.fault(range, Access.READ, Duration.ofSeconds(1));
      MirroredPage page = mirror.access(() -> entries.get(range.first())); // null: fault again
      assertThat(page).isEqualTo(onePage(range).getFirst());
      try (SvmClient other = SvmClient.connect(coordinator)) {
        runHost(other, spaceId, range);
      }
      assertThat(entries).isEmpty();
    }
  }

  private static void runHost(SvmClient client, long spaceId, AddressRange range) {
    try (HostSession host = client.openHost(HostOptions.named("my-host"));
        Invalidation invalidation = host.begin(spaceId, List.of(range), Event.UNMAP)) {
      // No device uses the range. Change its mapping while invalidation.isHeld().
      assertThat(invalidation.isHeld()).isTrue();
    }
  }

  private static List<MirroredPage> onePage(AddressRange range) {
    return List.of(new MirroredPage(range.first(), 0x2000, true, 0));
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Without comments and white space, which README and the formatter set otherwise. */
  private static String squeezed(String code) {
    return code.replaceAll("(?m)//.*$", "").replaceAll("\\s+", "");
  }
}
