package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a host may say of its former session. */
class HeldInvalidationsTest {
  private final HeldInvalidations held = new HeldInvalidations();

  @Test
  void giveUp_nothingHeld_isGivenUp() {
    assertThat(held.giveUp()).isTrue();
  }

  @Test
  void giveUp_oneHeld_notBeforeItIsEnded() {
    assertThat(held.begun()).isTrue();
    assertThat(held.giveUp()).isFalse();
    assertThat(held.begun()).as("it was not given up").isTrue();
    held.ended();
    assertThat(held.giveUp()).isFalse();
    held.ended();

    assertThat(held.giveUp()).isTrue();
  }

  @Test
  void begun_afterItWasGivenUp_nobodyMayHaveIt() {
    assertThat(held.giveUp()).isTrue();

    assertThat(held.begun()).isFalse();
    assertThat(held.giveUp()).as("said once, it stays true").isTrue();
  }
}
