package io.svmcoord.loadtest.sim.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpansTest {
  private final Spans spans = new Spans();

  @Test
  void firstGap_coveredButForSlack_isNone() {
    spans.add(0, 10);
    spans.add(12, 20);

    assertThat(spans.firstGap(0, 22, 2)).isEqualTo(22);
    assertThat(spans.firstGap(0, 22, 1)).isEqualTo(10);
    assertThat(spans.firstGap(0, 30, 2)).isEqualTo(20);
  }

  @Test
  void firstGap_spanStillOpen_coversTheRest() {
    spans.began(5);
    spans.began(7);
    spans.ended(8);

    assertThat(spans.firstGap(4, 1000, 1)).isEqualTo(1000);
  }

  @Test
  void coveredSince_chainOfSpans_isItsBeginning() {
    spans.add(0, 10);
    spans.add(11, 20);
    spans.add(40, 50);

    assertThat(spans.coveredSince(21, 1)).isZero();
    assertThat(spans.coveredSince(30, 1)).isEqualTo(30);
  }

  @Test
  void coveredSince_spanStillOpen_isItsBeginning() {
    spans.add(0, 10);
    spans.began(11);

    assertThat(spans.coveredSince(21, 1)).isZero();
    assertThat(spans.overlaps(15, 16)).isTrue();
  }
}
