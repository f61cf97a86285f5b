package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.client.Access;
import io.svmcoord.client.GrpcPageSource;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.client.SvmException;
import io.svmcoord.loadtest.memory.FrameReading;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.range.AddressRange;
import io.svmcoord.server.SvmServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page source as devices see it: over the wire, in another mapping of the memory. */
@Timeout(60)
class HostPagesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long BASE = 0x10000;
  private static final int PAGES = 600;

  private final SvmServer server = TestServer.start();
  private final HostEmulator host =
      HostEmulator.start(
          HostEmulatorOptions.builder(TestServer.target(server))
              .pages(PAGES)
              .baseAddress(BASE)
              .changeLoops(0)
              .build());
  private final long spaceId = host.ready().spaceId();
  private final SharedMemory memory = SharedMemory.open(Path.of(host.ready().memoryFile()));
  private final GrpcPageSource source = GrpcPageSource.connect(host.ready().pageSourceTarget());

  @AfterEach
  void close() {
    source.close();
    memory.close();
    host.close();
    server.close();
  }

  @Test
  void fault_absentPages_listsEachWithItsContent() {
    List<MirroredPage> pages = fault(3, 5, Access.WRITE);

    assertThat(pages).hasSize(3);
    for (int i = 0; i < 3; i++) {
      MirroredPage page = pages.get(i);
      FrameReading reading = memory.frames().read(page.frame());
      assertThat(page.address()).isEqualTo(BASE + (3 + i) * 4096L);
      assertThat(page.writable()).isTrue();
      assertThat(reading.page()).isEqualTo(3 + i);
      assertThat(reading.spaceId()).isEqualTo(spaceId);
      assertThat(reading.isIntact()).isTrue();
    }
    assertThat(fault(2, 6, Access.SNAPSHOT)).isEqualTo(pages);
    assertThat(host.stats().faults()).isEqualTo(2);
  }

  @Test
  void fault_outsideThePages_noMappingThere() {
    assertThatThrownBy(() -> fault(PAGES - 1, PAGES, Access.READ))
        .isInstanceOfSatisfying(
            PageFaultException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(PageFaultException.NO_MAPPING);
              assertThat(e.address()).isEqualTo(BASE + PAGES * 4096L);
            });
    assertThatThrownBy(() -> fault(-1, 0, Access.READ)).isInstanceOf(PageFaultException.class);
    assertThatThrownBy(
            () ->
                source.fault(spaceId + 77, AddressRange.ofLength(BASE, 4096), Access.READ, TIMEOUT))
        .isInstanceOf(PageFaultException.class);
    assertThat(host.stats().faultErrors()).containsEntry("NO_MAPPING", 3L);
  }

  @Test
  void fault_brokenRange_invalidArgument() {
    assertThatThrownBy(
            () ->
                source.fault(spaceId, AddressRange.ofLength(BASE + 1, 4096), Access.READ, TIMEOUT))
        .isInstanceOfSatisfying(
            SvmException.class, e -> assertThat(e.reason()).isEqualTo("INVALID_ARGUMENT"));
    assertThatThrownBy(() -> fault(0, 512, Access.READ))
        .isInstanceOf(SvmException.class)
        .hasMessageContaining("513 pages (expected: at most 512)");
  }

  @Test
  void close_whileDevicesAreGone_deletesTheMemory() {
    host.close();

    assertThat(Path.of(host.ready().memoryFile())).doesNotExist();
  }

  private List<MirroredPage> fault(int first, int last, Access access) {
    AddressRange range = new AddressRange(BASE + first * 4096L, BASE + last * 4096L + 4095);
    return source.fault(spaceId, range, access, TIMEOUT);
  }
}
