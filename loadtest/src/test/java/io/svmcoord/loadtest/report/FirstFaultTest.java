package io.svmcoord.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FirstFaultTest {
  @Test
  void words_severalAreWrong_isTheFirst() {
    FirstFault fault =
        new FirstFault()
            .none("stale_pages", 0)
            .unless(true, () -> "all is well")
            .none("out_of_bound", 2)
            .unless(false, () -> "nothing was checked");

    assertThat(fault.words()).contains("out_of_bound: 2 (expected: 0)");
  }

  @Test
  void words_nothingIsWrong_isEmpty() {
    assertThat(new FirstFault().none("stale_pages", 0).words()).isEmpty();
  }
}
