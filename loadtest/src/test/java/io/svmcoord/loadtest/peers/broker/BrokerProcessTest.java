package io.svmcoord.loadtest.peers.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.loadtest.report.RunFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BrokerProcessTest {

  @Test
  void missing_notInstalled_namesProgramAndPackage() {
    assertThat(BrokerProcess.missing("no-such-broker", "broker-package"))
        .hasValue("no-such-broker is not on the PATH (Debian: apt-get install broker-package)");
  }

  @Test
  void missing_installed_isEmpty() {
    assertThat(BrokerProcess.missing("sh", "dash")).isEmpty();
  }

  @Test
  void start_endsAtOnce_saysWhatItSaid_leavesNothing() {
    AtomicReference<Path> used = new AtomicReference<>();

    assertThatThrownBy(
            () ->
                BrokerProcess.start(
                    "sh",
                    (ports, directory) -> {
                      used.set(directory);
                      return List.of("-c", "echo no room for port " + ports[0] + "; exit 3");
                    }))
        .isInstanceOf(RunFailure.class)
        .hasMessageStartingWith("sh: does not listen, and said: no room for port ");
    assertThat(used.get()).isNotNull().satisfies(path -> assertThat(Files.exists(path)).isFalse());
  }
}
