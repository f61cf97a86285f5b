package io.svmcoord.loadtest.sim.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageMaskTest {
  @Test
  void of_ranges_isTheirPages() {
    assertThat(PageMask.of(0, 0)).isEqualTo(1);
    assertThat(PageMask.of(0, 63)).isEqualTo(PageMask.ALL);
    assertThat(PageMask.of(63, 63)).isEqualTo(1L << 63);
    assertThat(PageMask.of(AddressRanges.of(List.of(PageMask.range(1, 2), PageMask.range(5, 5)))))
        .isEqualTo(0b100110);
  }

  @Test
  void of_rangesBeyondThePages_leavesThemOut() {
    assertThat(PageMask.of(0, -1)).isEqualTo(PageMask.ALL);
    assertThat(PageMask.of(AddressRanges.of(AddressRange.WHOLE))).isEqualTo(PageMask.ALL);
    assertThat(PageMask.of(64 * PageMask.PAGE_SIZE_BYTES, -1)).isZero();
    assertThat(PageMask.of(63 * PageMask.PAGE_SIZE_BYTES, -1)).isEqualTo(1L << 63);
  }

  @Test
  void text_mask_namesItsRuns() {
    assertThat(PageMask.text(0b10110011)).isEqualTo("0-1,4-5,7");
    assertThat(PageMask.text(0)).isEqualTo("none");
    assertThat(PageMask.text(PageMask.ALL)).isEqualTo("0-63");
  }
}
