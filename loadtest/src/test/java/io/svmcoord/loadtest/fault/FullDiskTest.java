package io.svmcoord.loadtest.fault;

import static io.svmcoord.loadtest.fault.FaultRig.await;
import static io.svmcoord.loadtest.fault.FaultRig.awaitReads;
import static io.svmcoord.loadtest.fault.FaultRig.awaitThat;
import static io.svmcoord.loadtest.fault.FaultRig.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.svmcoord.client.HostOptions;
import io.svmcoord.client.SvmClient;
import io.svmcoord.client.UnavailableException;
import io.svmcoord.loadtest.FastJvm;
import io.svmcoord.loadtest.fault.FaultRig.Answered;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.process.RoleProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator whose disk is full: nobody is told of what a restart would not know (G10), and
 * everything else goes on.
 */
@Timeout(180)
class FullDiskTest {
  @TempDir private Path directory;

  @Test
  void disk_full_newSessionsAndSpacesAreRefusedTheOthersGoOnUntilThereIsRoom()
      throws IOException, InterruptedException {
    try (SmallDisk disk = mounted(directory);
        CoordinatorProcess coordinator =
            CoordinatorProcess.start(
                FastJvm.launch(),
                FaultRig.SERVE.with("--control-directory", disk.path().resolve("control")));
        FaultRig rig = FaultRig.start(coordinator.address(), "host");
        SvmClient client = SvmClient.connect(coordinator.target())) {
      RoleProcess device = rig.devices("device", 1, FaultRig.UNHARMED_TTL);
      assertThat(readiness(coordinator).statusCode()).isEqualTo(200);
      disk.fill();

      assertNotReady(() -> client.addressSpaces().create("another", 4_096));
      assertNotReady(() -> client.openHost(HostOptions.named("another")));
      assertThat(readiness(coordinator).statusCode()).isEqualTo(503);
      assertThat(readiness(coordinator).body())
          .contains("control.directory", "No space left on device");
      long known = rig.coordinator().sessions().size();
      assertThat(rig.coordinator().spaces()).hasSize(1);
      Answered begin = await(rig.begin());
      assertThat(begin.fanOut().sessionsNotified()).isPositive();
      assertThat(begin.fanOut().notAcked()).isEmpty();
      long invalidations = rig.invalidations();
      awaitThat(() -> rig.invalidations() > invalidations + 20);
      awaitReads(device);
      assertThat(events(device, "fenced")).isZero();

      disk.free();
      awaitThat(() -> readiness(coordinator).statusCode() == 200);
      assertThat(client.addressSpaces().create("another", 4_096).id()).isPositive();
      client.openHost(HostOptions.named("another")).close();
      assertThat(rig.coordinator().sessions()).hasSize((int) known + 1);
      rig.requireNothingStale();
    }
  }

  /** Asks whether it takes new sessions. */
  private static HttpResponse<String> readiness(CoordinatorProcess coordinator)
      throws IOException, InterruptedException {
    URI page = URI.create(coordinator.adminUrl() + "readyz");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
    }
  }

  private static SmallDisk mounted(Path directory) {
    Optional<SmallDisk> disk = SmallDisk.mountOn(directory);
    assumeTrue(disk.isPresent(), "no file system can be mounted: this test needs root");
    return disk.orElseThrow();
  }

  private static void assertNotReady(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            UnavailableException.class, e -> assertThat(e.reason()).isEqualTo("NOT_READY"))
        .hasMessageContaining("No space left on device");
  }
}
