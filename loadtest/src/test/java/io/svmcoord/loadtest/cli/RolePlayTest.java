package io.svmcoord.loadtest.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.loadtest.process.Termination;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a role is played. */
class RolePlayTest {
  @Test
  @Timeout(60)
  void play_workBrokeOff_endsWithItsFailureAndNotWithTheProcess() {
    try (Termination signal = Termination.install()) {
      assertThatThrownBy(
              () ->
                  new RolePlay()
                      .play(
                          signal,
                          phase -> {
                            throw new AssertionError("printed: " + phase);
                          },
                          () -> true,
                          () -> {
                            throw new IllegalStateException("the space is gone");
                          }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the space is gone");
    }
  }
}
