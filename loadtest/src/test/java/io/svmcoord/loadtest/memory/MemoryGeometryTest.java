package io.svmcoord.loadtest.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryGeometryTest {
  private static final long TOP = -16L * 4096;

  @Test
  void pageOf_topOfAddressSpace_findsLastPage() {
    MemoryGeometry geometry = new MemoryGeometry(4096, 16, 20, 1, TOP);

    assertThat(geometry.lastAddressOf(15)).isEqualTo(-1L);
    assertThat(geometry.pageOf(-1L)).isEqualTo(15);
    assertThat(geometry.pageOf(TOP)).isZero();
    assertThat(geometry.pageOf(TOP - 1)).isEqualTo(-1);
    assertThat(geometry.pageOf(0)).isEqualTo(-1);
  }

  @Test
  void isFrameOffset_onlyStartsOfFrames_true() {
    MemoryGeometry geometry = new MemoryGeometry(4096, 16, 20, 3, 0);

    assertThat(geometry.isFrameOffset(geometry.frameOffset(0))).isTrue();
    assertThat(geometry.isFrameOffset(geometry.frameOffset(19))).isTrue();
    assertThat(geometry.isFrameOffset(geometry.frameOffset(19) + 4096)).isFalse();
    assertThat(geometry.isFrameOffset(geometry.frameOffset(3) + 8)).isFalse();
    assertThat(geometry.isFrameOffset(0)).isFalse();
    assertThat(geometry.isFrameOffset(-4096)).isFalse();
  }

  @Test
  void places_ofAllParts_doNotOverlap() {
    MemoryGeometry geometry = new MemoryGeometry(8192, 7, 9, 3, 0);

    assertThat(geometry.directoryOffset(3)).isLessThanOrEqualTo(geometry.retirementsOffset(0, 0));
    assertThat(geometry.retirementsOffset(0, 6) + Retirements.RING_BYTES)
        .isEqualTo(geometry.retirementsOffset(1, 0));
    assertThat(geometry.retirementsOffset(2, 6) + Retirements.RING_BYTES)
        .isLessThanOrEqualTo(geometry.frameOffset(0));
    assertThat(geometry.frameOffset(0) % 8192).isZero();
    assertThat(geometry.fileSizeBytes()).isEqualTo(geometry.frameOffset(8) + 8192);
  }

  @Test
  void create_badValues_namesThem() {
    assertThatThrownBy(() -> new MemoryGeometry(5000, 16, 20, 1, 0))
        .hasMessageStartingWith("pageSizeBytes: 5000 (expected: a power of two");
    assertThatThrownBy(() -> new MemoryGeometry(4096, 0, 20, 1, 0))
        .hasMessage("pages: 0 (expected: 1 to 1048576)");
    assertThatThrownBy(() -> new MemoryGeometry(4096, 16, 20, 1, TOP + 4096))
        .hasMessageStartingWith("baseAddress: 0xffffffffffff1000 (expected: page aligned");
    assertThatThrownBy(() -> new MemoryGeometry(4096, 16, 20, 1, 1))
        .hasMessageStartingWith("baseAddress: 0x1 (expected: page aligned");
  }
}
