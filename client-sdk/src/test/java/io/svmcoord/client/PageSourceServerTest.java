package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.range.AddressRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A page source behind real Netty on loopback. */
class PageSourceServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AddressRange TOP = new AddressRange(-8192, -1);

  private final AtomicReference<PageSource> behind = new AtomicReference<>();
  private final PageSourceServer server =
      PageSourceServer.start(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          (space, range, access, timeout) -> behind.get().fault(space, range, access, timeout));
  private final GrpcPageSource source = GrpcPageSource.connect("127.0.0.1:" + server.port());

  @AfterEach
  void close() {
    source.close();
    server.close();
  }

  @Test
  void fault_pagesAtTheTop_arriveAsTheyAre() {
    List<MirroredPage> pages =
        List.of(new MirroredPage(-8192, 77, true, 0), new MirroredPage(-4096, -1, false, 9));
    behind.set(
        (space, range, access, timeout) -> {
          assertThat(space).isEqualTo(5);
          assertThat(range).isEqualTo(TOP);
          assertThat(access).isEqualTo(Access.SNAPSHOT);
          assertThat(timeout).isPositive().isLessThanOrEqualTo(PATIENCE);
          return pages;
        });

    assertThat(source.fault(5, TOP, Access.SNAPSHOT, PATIENCE)).isEqualTo(pages);
  }

  @Test
  void fault_noMappingAndNoPermission_keepReasonAndAddress() {
    behind.set(
        (space, range, access, timeout) -> {
          throw access == Access.WRITE
              ? PageFaultException.noPermission(-8192)
              : PageFaultException.noMapping(-4096);
        });

    assertFault(Access.READ, PageFaultException.NO_MAPPING, -4096);
    assertFault(Access.WRITE, PageFaultException.NO_PERMISSION, -8192);
  }

  private void assertFault(Access access, String reason, long address) {
    assertThatThrownBy(() -> source.fault(5, TOP, access, PATIENCE))
        .isInstanceOfSatisfying(
            PageFaultException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.address()).isEqualTo(address);
              assertThat(e.getCause()).isInstanceOf(io.grpc.StatusRuntimeException.class);
            });
  }

  @Test
  void fault_sourceRefusesArgument_isInvalidArgument() {
    behind.set(
        (space, range, access, timeout) -> {
          throw new IllegalArgumentException("range: odd (expected: even)");
        });

    assertThatThrownBy(() -> source.fault(5, TOP, Access.READ, PATIENCE))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("range: odd (expected: even)");
  }

  @Test
  void fault_serverGone_isUnavailable() {
    server.close();

    assertThatThrownBy(() -> source.fault(5, TOP, Access.READ, PATIENCE))
        .isInstanceOf(UnavailableException.class)
        .satisfies(e -> assertThat(((SvmException) e).isRetryable()).isTrue());
  }
}
