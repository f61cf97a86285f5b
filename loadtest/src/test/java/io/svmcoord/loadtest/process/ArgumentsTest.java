package io.svmcoord.loadtest.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.loadtest.report.RoleReport.HostReady;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void with_optionThatIsThere_takesItsPlace() {
    Arguments arguments = Arguments.SERVE.with("--listen", "127.0.0.1:7070");

    assertThat(arguments.list()).contains("--listen=127.0.0.1:7070", "--admin=127.0.0.1:0");
    assertThat(arguments.list()).hasSameSizeAs(Arguments.SERVE.list());
    assertThat(Arguments.SERVE.list()).contains("--listen=127.0.0.1:0");
  }

  @Test
  void and_repeatedOption_keepsBoth() {
    assertThat(Arguments.of("serve").and("--set=a=1").and("--set=b=2").list())
        .containsExactly("serve", "--set=a=1", "--set=b=2");
  }

  @Test
  void ofRole_ofHostsPages_namesAllOfThem() {
    Arguments arguments =
        Arguments.ofRole("device", "127.0.0.1:1")
            .with("--ttl", Duration.ofSeconds(2))
            .with(new HostReady(3, "/dev/shm/x", "127.0.0.1:4"));

    assertThat(arguments.list())
        .containsExactly(
            "device",
            "--stop-with-stdin",
            "--target=127.0.0.1:1",
            "--ttl=2000ms",
            "--space=3",
            "--memory=/dev/shm/x",
            "--page-source=127.0.0.1:4");
  }
}
