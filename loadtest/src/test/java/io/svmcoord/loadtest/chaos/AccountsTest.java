package io.svmcoord.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.loadtest.ctl.SessionRow;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private static SessionRow session(long id, String name, String state) {
    return new SessionRow(id, "device", state, name, "", "", 2000, 0, 0, 0, 0, 0, "", 0, 0);
  }

  @Test
  void unaccounted_eachHasOneAndTheRestHasEnded_none() {
    assertThat(
            Accounts.unaccounted(
                List.of("host", "device-0"),
                List.of(
                    session(1, "host", "active"),
                    session(2, "device-0", "expired"),
                    session(3, "device-0", "active"),
                    session(4, "device-9", "evicted"))))
        .isEmpty();
  }

  @Test
  void unaccounted_missingDoubledSuspectAndForeign_areNamed() {
    assertThat(
            Accounts.unaccounted(
                List.of("host", "device-0", "device-1"),
                List.of(
                    session(1, "device-0", "active"),
                    session(2, "device-0", "active"),
                    session(3, "device-1", "suspect"),
                    session(4, "device-9", "active"))))
        .containsExactly(
            "session 3 of device-1 is suspect",
            "host has 0 sessions (expected: 1)",
            "device-0 has 2 sessions (expected: 1)",
            "device-1 has 0 sessions (expected: 1)",
            "1 sessions of device-9, who is gone");
  }
}
