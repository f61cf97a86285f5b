package io.svmcoord.loadtest.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svmcoord.client.AddressSpaceInfo;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.FastJvm;
import io.svmcoord.loadtest.canary.LyingCoordinator.Lie;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.v1.ReadRetryResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The canary against honest coordinators, lying ones, and one that is killed. */
@Timeout(180)
class CanaryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration WAIT_BOUND = Duration.ofMillis(500);

  private final List<String> news = Collections.synchronizedList(new ArrayList<>());

  private static SvmServer server() {
    return SvmServer.start(
        ServerConfig.defaults().with("listen", "127.0.0.1:0").with("admin", "127.0.0.1:0"));
  }

  private static CanaryOptions options(String target, OptionalLong count) {
    return new CanaryOptions(
        target,
        "test",
        Duration.ofMillis(20),
        Duration.ofSeconds(2),
        WAIT_BOUND,
        count,
        Optional.empty());
  }

  private CanaryReport probe(String target, long count) {
    try (Termination signal = Termination.install();
        CanaryRun canary =
            CanaryRun.start(options(target, OptionalLong.of(count)), "127.0.0.1:0", news::add)) {
      return canary.run(signal);
    }
  }

  private CanaryReport probeLiar(Lie lie, long count) {
    try (SvmServer server = server();
        LyingCoordinator liar = new LyingCoordinator(server.port(), lie)) {
      return probe(liar.target(), count);
    }
  }

  private static List<String> spaces(String target) {
    try (SvmClient client = SvmClient.connect(target)) {
      return client.addressSpaces().list().stream().map(AddressSpaceInfo::name).toList();
    }
  }

  // Honest coordinators.

  @Test
  void run_honestCoordinator_everyProbePassesAndTheSpaceIsReleased() {
    try (SvmServer server = server()) {
      String target = "127.0.0.1:" + server.port();

      CanaryReport report = probe(target, 20);

      assertThat(news).isEmpty();
      assertThat(report.ok()).isEqualTo(20);
      assertThat(report.fault()).isEmpty();
      assertThat(report.violations()).containsOnlyKeys("g1", "g2", "g3").containsEntry("g1", 0L);
      assertThat(report.beginP50Ms()).isBetween(5.0, (double) report.boundMs());
      assertThat(spaces(target)).isEmpty();
    }
  }

  @Test
  void run_throughOneWhoPassesEverythingOn_everyProbePasses() {
    CanaryReport report = probeLiar(Lies.none(), 5);

    assertThat(news).isEmpty();
    assertThat(report.ok()).isEqualTo(5);
  }

  @Test
  void run_spaceLeftBehind_isReleasedAndMadeAnew() {
    try (SvmServer server = server()) {
      String target = "127.0.0.1:" + server.port();
      long left;
      try (SvmClient crashed = SvmClient.connect(target)) {
        left = crashed.addressSpaces().create("svm-canary/test", 4096).id();
      }

      assertThat(probe(target, 1).ok()).isEqualTo(1);

      assertThat(spaces(target)).isEmpty();
      try (SvmClient client = SvmClient.connect(target)) {
        assertThat(client.addressSpaces().create("svm-canary/test", 4096).id())
            .as("the canary had made another one")
            .isEqualTo(left + 2);
      }
    }
  }

  @Test
  void run_spaceInUse_isLeftAloneAndSaysNothing() {
    try (SvmServer server = server()) {
      String target = "127.0.0.1:" + server.port();
      try (SvmClient other = SvmClient.connect(target);
          DeviceSession device = other.openDevice(DeviceOptions.named("other"))) {
        long space = other.addressSpaces().create("svm-canary/test", 4096).id();
        CanaryTable table = new CanaryTable();
        try (Mirror mirror = device.mirror(space, CanaryPages.all(), table, new CanaryPages())) {
          CanaryReport report = probe(target, 2);

          assertThat(report.unavailable()).isEqualTo(2);
          assertThat(report.hasReachedNobody()).isTrue();
          assertThat(report.lastUnavailable()).contains("svm-canary/test", "1 subscriptions");
          assertThat(mirror.ranges()).hasSize(1);
        }
      }
    }
  }

  @Test
  void run_nobodyThere_isUnavailableAndNoViolation() {
    CanaryReport report = probe("127.0.0.1:1", 2);

    assertThat(report.unavailable()).isEqualTo(2);
    assertThat(report.hasReachedNobody()).isTrue();
    assertThat(report.fault()).isEmpty();
    assertThat(news).singleElement().asString().startsWith("unavailable: UNAVAILABLE");
  }

  // Lying coordinators.

  private void assertViolates(CanaryReport report, String promise, String what) {
    assertThat(report.violated()).isPositive();
    assertThat(report.violations().get(promise)).isPositive();
    assertThat(report.violations().values().stream().filter(count -> count > 0))
        .as("of this promise alone: %s", report.examples())
        .hasSize(1);
    assertThat(report.examples().getFirst()).contains(what);
    assertThat(report.fault()).isPresent();
    assertThat(news).anySatisfy(line -> assertThat(line).startsWith("violation: "));
  }

  @Test
  void run_beginsDontWaitForAcks_g1() {
    CanaryReport report = probeLiar(Lies.beginsWithoutAcks(), 1);

    assertViolates(report, "g1", "begin returned while the device used the page");
    assertThat(report.examples()).anySatisfy(one -> assertThat(one).contains("serves frame"));
  }

  @Test
  void run_tokensStayValid_g1() {
    CanaryReport report = probeLiar(Lies.everyToken(ReadRetryResponse.getDefaultInstance()), 1);

    assertViolates(report, "g1", "token from before the begin was valid");
  }

  @Test
  void run_beginNeverAnswered_g2() {
    CanaryReport report = probeLiar(Lies.beginsWithoutAnswer(), 1);

    assertViolates(report, "g2", "a begin was not answered within");
  }

  @Test
  void run_strangersRetry_g3() {
    ReadRetryResponse retry =
        ReadRetryResponse.newBuilder()
            .setRetry(true)
            .setCause(ReadRetryResponse.Cause.CAUSE_INVALIDATED)
            .build();

    CanaryReport report = probeLiar(Lies.everyToken(retry), 1);

    assertViolates(report, "g3", "a mapper had to retry");
  }

  @Test
  void run_strangersWait_g3() {
    CanaryReport report = probeLiar(new Lies.WaitForStrangers(), 1);

    assertViolates(report, "g3", "a mapper's read_begin of other pages waited");
  }

  // Killed coordinators, and metrics.

  private static CoordinatorProcess serve(int port, Path directory) {
    return CoordinatorProcess.start(
        FastJvm.launch(),
        Arguments.SERVE
            .with("--listen", "127.0.0.1:" + port)
            .with("--control-directory", directory));
  }

  private static String scrape(int port) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static double value(String scrape, String series) {
    Matcher line = Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(scrape);
    assertThat(line.find()).as(series).isTrue();
    return Double.parseDouble(line.group(1));
  }

  private static double probes(int port, String result) {
    return value(scrape(port), "svm_canary_probes_total{result=\"" + result + "\"}");
  }

  @Test
  void metrics_ofAScrape_areThoseOfTheDocumentation() throws Exception {
    Pattern types = Pattern.compile("(?m)^# TYPE (svm_\\w+) (\\w+)$");
    Pattern rows = Pattern.compile("(?m)^\\| `(svm_\\w+)` \\| (\\w+) \\|");
    String page = Files.readString(Path.of("../docs/metrics.md")).split("## Of a canary", 2)[1];
    try (CanaryRun canary =
        CanaryRun.start(options("127.0.0.1:1", OptionalLong.of(1)), "127.0.0.1:0", news::add)) {
      List<String> scraped =
          found(types, scrape(canary.adminPort())).stream()
              // The rolling maximum beside the histogram is Micrometer's.
              .filter(one -> !one.contains("_max "))
              .toList();

      assertThat(scraped).containsExactlyInAnyOrderElementsOf(found(rows, page));
    }
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(one -> one.group(1) + " " + one.group(2)).toList();
  }

  @Test
  void run_coordinatorKilledAndStartedAgain_isUnavailableThenWellAndNothingViolated(
      @TempDir Path directory) {
    CoordinatorProcess coordinator = serve(0, directory);
    try (Termination signal = Termination.install()) {
      int port = coordinator.port();
      CanaryOptions options = options(coordinator.target(), OptionalLong.empty());
      CompletableFuture<CanaryReport> run;
      try (CanaryRun canary = CanaryRun.start(options, "127.0.0.1:0", news::add)) {
        int admin = canary.adminPort();
        run = CompletableFuture.supplyAsync(() -> canary.run(signal));
        await().atMost(PATIENCE).until(() -> probes(admin, "ok") >= 5);
        String healthy = scrape(admin);
        assertThat(value(healthy, "svm_canary_up")).isEqualTo(1);
        assertThat(value(healthy, "svm_canary_begin_seconds_count")).isGreaterThanOrEqualTo(5);
        assertThat(value(healthy, "svm_canary_last_success_timestamp_seconds"))
            .isBetween(1e9, System.currentTimeMillis() / 1e3 + 1);

        coordinator.process().kill();
        await().atMost(PATIENCE).until(() -> probes(admin, "unavailable") >= 1);
        assertThat(value(scrape(admin), "svm_canary_up")).isZero();
        double before = probes(admin, "ok");
        coordinator = serve(port, directory);
        await().atMost(PATIENCE).until(() -> probes(admin, "ok") >= before + 5);

        String after = scrape(admin);
        assertThat(value(after, "svm_canary_up")).isEqualTo(1);
        for (CheckedPromise promise : CheckedPromise.values()) {
          assertThat(
                  value(after, "svm_canary_violations_total{promise=\"" + promise.label() + "\"}"))
              .isZero();
        }
        signal.stop();
        CanaryReport report = run.join();
        assertThat(report.violated()).isZero();
        assertThat(report.hasReachedNobody()).isFalse();
        assertThat(news).first().asString().startsWith("unavailable: ");
        assertThat(news).last().isEqualTo("available again");
      }
    } finally {
      coordinator.close();
    }
  }
}
