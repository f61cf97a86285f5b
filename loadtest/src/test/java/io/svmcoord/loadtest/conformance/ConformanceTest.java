package io.svmcoord.loadtest.conformance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.svmcoord.conformance.v1.NextRequest;
import io.svmcoord.conformance.v1.ObserverServiceGrpc;
import io.svmcoord.conformance.v1.UsedPage;
import io.svmcoord.loadtest.conformance.device.DeviceUnderTest;
import io.svmcoord.loadtest.conformance.device.ExampleDevice;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks find every mistake, and nothing where there is none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {
  private static final Limits LIMITS = Limits.of(Duration.ofSeconds(30));

  private static final Duration SHORTLY = Duration.ofMillis(20);

  private static final List<String> NAMES = Conformance.checks().stream().map(Check::name).toList();

  /** Runs spend their time waiting: so many go at once. */
  private static final int RUNS_AT_ONCE = 10;

  private static final List<String> WITHOUT_LEASES =
      Conformance.checks().stream()
          .filter(check -> check.lease().equals(LeaseTerms.LONG))
          .map(Check::name)
          .toList();

  private final ExecutorService threads = Executors.newFixedThreadPool(RUNS_AT_ONCE);
  private final Future<ConformanceReport> runOfTheSdk =
      threads.submit(() -> DeviceProgram.play(LIMITS, List.of(), ExampleDevice::new));
  private final Future<ConformanceReport> runWithoutMistake =
      threads.submit(() -> DeviceProgram.play(LIMITS, List.of(), target -> new RawDevice(target)));
  private final Map<Mistake, Future<ConformanceReport>> runs = new EnumMap<>(Mistake.class);

  @BeforeAll
  void startRuns() {
    // Checks that wait for the ends of leases are long: they are played for those mistakes alone,
    // and first, so that the others don't end before.
    Arrays.stream(Mistake.values()).filter(this::isOfLease).forEach(each -> start(each, List.of()));
    Arrays.stream(Mistake.values())
        .filter(mistake -> !isOfLease(mistake))
        .forEach(each -> start(each, WITHOUT_LEASES));
  }

  private boolean isOfLease(Mistake mistake) {
    return !WITHOUT_LEASES.contains(mistake.check());
  }

  private void start(Mistake mistake, List<String> checks) {
    runs.put(
        mistake,
        threads.submit(
            () -> DeviceProgram.play(LIMITS, checks, target -> new RawDevice(target, mistake))));
  }

  @AfterAll
  void stopRuns() {
    threads.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource
  void run_deviceWithOneMistake_failsItsCheckAlone(Mistake mistake) throws Exception {
    ConformanceReport report = requireNonNull(runs.get(mistake)).get();

    assertThat(report.checks())
        .filteredOn(check -> check.result() != Result.PASS)
        .extracting(CheckResult::name)
        .as("%s", report)
        .containsExactly(mistake.check());
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.skipped()).isZero();
  }

  @Test
  void run_deviceOfTheSdk_passesEveryCheck() throws Exception {
    assertPassesAll(runOfTheSdk.get());
  }

  @Test
  void run_rawDeviceWithoutMistake_passesEveryCheck() throws Exception {
    assertPassesAll(runWithoutMistake.get());
  }

  private static void assertPassesAll(ConformanceReport report) {
    assertThat(report.checks())
        .allSatisfy(check -> assertThat(check.result()).as("%s", check).isEqualTo(Result.PASS));
    assertThat(report.checks()).extracting(CheckResult::name).containsExactlyElementsOf(NAMES);
    assertThat(report.passed()).isEqualTo(NAMES.size());
  }

  @Test
  void checks_andMistakes_areOneToOne() {
    assertThat(Arrays.stream(Mistake.values()).map(Mistake::check))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(NAMES);
  }

  @Test
  void checks_together_nameEveryRaceAndThePromisesOfADevice() {
    List<String> promises = Conformance.checks().stream().map(Check::promise).toList();
    List<String> named = promises.stream().flatMap(each -> Arrays.stream(each.split(" "))).toList();

    for (int race = 1; race <= 18; race++) {
      assertThat(named).contains("R" + race);
    }
    assertThat(named).contains("G1", "G2", "G3", "G4", "G5", "G6", "G7", "G9", "G10", "G11", "G12");
  }

  /** A device without removals. */
  private static final class Adding implements DeviceUnderTest, AutoCloseable {
    private final RawDevice device;

    Adding(String target) {
      device = new RawDevice(target);
    }

    @Override
    public void mirror(long spaceId, List<AddressRange> add, List<AddressRange> remove) {
      if (!remove.isEmpty()) {
        throw new UnsupportedOperationException("no removals");
      }
      device.mirror(spaceId, add, remove);
    }

    @Override
    public void use(
        long spaceId, List<AddressRange> ranges, Duration timeout, Consumer<List<UsedPage>> using) {
      device.use(spaceId, ranges, timeout, using);
    }

    @Override
    public void useMapped(long spaceId, List<AddressRange> ranges, Consumer<List<UsedPage>> using) {
      device.useMapped(spaceId, ranges, using);
    }

    @Override
    public void leave() {
      device.leave();
    }

    @Override
    public void close() {
      device.close();
    }
  }

  @Test
  void run_deviceWithoutRemovals_skipsWhatDependsOnThem() throws Exception {
    List<String> removals =
        List.of("remove-after-drop", "remove-around-end", "come-and-go", "hole");
    ConformanceReport report = DeviceProgram.play(LIMITS, removals, Adding::new);

    assertThat(report.skipped()).isEqualTo(removals.size());
    assertThat(report.checks())
        .allSatisfy(check -> assertThat(check.seen()).contains("no removals"));
  }

  /** A device that does nothing at all. */
  private static final class Idle implements DeviceUnderTest, AutoCloseable {
    @Override
    public void mirror(long spaceId, List<AddressRange> add, List<AddressRange> remove) {}

    @Override
    public void use(
        long spaceId,
        List<AddressRange> ranges,
        Duration timeout,
        Consumer<List<UsedPage>> using) {}

    @Override
    public void useMapped(
        long spaceId, List<AddressRange> ranges, Consumer<List<UsedPage>> using) {}

    @Override
    public void leave() {}

    @Override
    public void close() {}
  }

  @Test
  void run_deviceThatDoesNothing_failsEveryCheck() throws Exception {
    Limits hasty =
        new Limits(
            SHORTLY,
            SHORTLY,
            SHORTLY,
            SHORTLY,
            LIMITS.checkMax(),
            LIMITS.runMax(),
            LIMITS.connect());
    ConformanceReport report = DeviceProgram.play(hasty, List.of(), target -> new Idle());

    assertThat(report.failed()).isEqualTo(NAMES.size());
  }

  @Test
  void run_itsTimeIsOver_skipsTheRest() throws Exception {
    Limits none =
        new Limits(
            LIMITS.quiet(),
            LIMITS.patience(),
            LIMITS.atOnce(),
            LIMITS.slack(),
            LIMITS.checkMax(),
            Duration.ZERO,
            LIMITS.connect());
    ConformanceReport report = DeviceProgram.play(none, List.of(), target -> new Idle());

    assertThat(report.skipped()).isEqualTo(NAMES.size());
    assertThat(report.checks().getFirst().seen()).isEqualTo("the time of the run was over");
  }

  @Test
  void run_programGoesAway_failsOnceAndSkipsTheRest() {
    Limits hasty =
        new Limits(SHORTLY, SHORTLY, SHORTLY, SHORTLY, SHORTLY, LIMITS.runMax(), LIMITS.connect());
    try (Conformance run = Conformance.listen(0, hasty)) {
      ManagedChannel program =
          NettyChannelBuilder.forAddress("127.0.0.1", run.port()).usePlaintext().build();
      try {
        // Workers that take one instruction and are never heard of again.
        for (int worker = 0; worker < Instructions.WORKERS_MIN; worker++) {
          var _ = ObserverServiceGrpc.newFutureStub(program).next(NextRequest.getDefaultInstance());
        }
        ConformanceReport report = run.run(List.of());

        assertThat(report.passed()).isZero();
        assertThat(report.failed()).isLessThan(NAMES.size());
        assertThat(report.checks().getLast().seen()).isEqualTo("the device program had gone");
        assertThat(report.checks())
            .filteredOn(check -> check.result() == Result.FAIL)
            .last()
            .extracting(CheckResult::seen)
            .isEqualTo("the device program no longer asks for instructions");
      } finally {
        program.shutdownNow();
      }
    }
  }

  @Test
  void run_unknownCheck_isRefused() {
    assertThatThrownBy(
            () -> DeviceProgram.play(LIMITS, List.of("no-such-check"), target -> new Idle()))
        .isInstanceOf(RunFailure.class)
        .hasMessageStartingWith("--checks: no-such-check (expected: some of read-during");
  }

  @Test
  void run_noProgram_saysSo() {
    try (Conformance run = Conformance.listen(0, Duration.ofMillis(1))) {
      assertThatThrownBy(() -> run.run(List.of()))
          .isInstanceOf(RunFailure.class)
          .hasMessageContaining("workers: 0 asked for instructions");
    }
  }

  @Test
  void listen_portTaken_saysSo() {
    try (Conformance run = Conformance.listen(0, LIMITS)) {
      int taken = run.port();
      assertThatThrownBy(() -> Conformance.listen(taken, LIMITS))
          .isInstanceOf(RunFailure.class)
          .hasMessageContaining("--listen: %d (expected: a free port)".formatted(taken));
    }
  }
}
