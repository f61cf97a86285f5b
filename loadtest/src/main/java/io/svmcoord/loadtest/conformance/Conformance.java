package io.svmcoord.loadtest.conformance;

import com.google.protobuf.ByteString;
import io.svmcoord.loadtest.report.RunFailure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A run of the conformance checks against one device program. Confined to the thread that runs it.
 */
public final class Conformance implements AutoCloseable {
  private static final long EPOCH = 5;
  private static final int PORT_MAX = 65_535;

  private final Instructions instructions = new Instructions();
  private final Limits limits;
  private final ScriptedServer server;
  private long lastSpace;

  private Conformance(Limits limits, int port) {
    this.limits = limits;
    this.server = ScriptedServer.start(instructions, port);
  }

  /**
   * Listens for a device program, on loopback.
   *
   * @param port 0 lets the system choose
   * @param connect for how long {@link #run} waits for the program
   * @throws RunFailure if the port is out of range or taken
   */
  public static Conformance listen(int port, Duration connect) {
    return listen(port, Limits.of(connect));
  }

  static Conformance listen(int port, Limits limits) {
    if (port < 0 || port > PORT_MAX) {
      throw RunFailure.badUsage("--listen: %d (expected: 0 to %d)".formatted(port, PORT_MAX));
    }
    return new Conformance(limits, port);
  }

  /** Where the device program has to connect to. */
  public int port() {
    return server.port();
  }

  /** The checks, in the order in which they are played. */
  static List<Check> checks() {
    return Stream.of(
            ReadChecks.all(),
            InvalidationChecks.all(),
            NonBlockableChecks.all(),
            SubscriptionChecks.all(),
            StreamChecks.all(),
            CatchUpChecks.all(),
            EpochChecks.all(),
            SessionChecks.all(),
            LeaseChecks.all())
        .flatMap(List::stream)
        .toList();
  }

  /** What the checks are, for people. */
  public static List<CheckText> catalogue() {
    return checks().stream()
        .map(each -> new CheckText(each.name(), each.promise(), each.played(), each.expected()))
        .toList();
  }

  private static String names() {
    return checks().stream().map(Check::name).collect(Collectors.joining(", "));
  }

  /**
   * Refuses names of checks that there are not.
   *
   * @throws RunFailure if a name is unknown
   */
  public static void requireKnown(List<String> names) {
    Set<String> unknown = new TreeSet<>(names);
    checks().forEach(check -> unknown.remove(check.name()));
    if (!unknown.isEmpty()) {
      throw RunFailure.badUsage(
          "--checks: %s (expected: some of %s)".formatted(String.join(", ", unknown), names()));
    }
  }

  /**
   * Plays checks against the device program that connects; blocks, at most for two minutes once it
   * has. Call it once.
   *
   * @param names of the checks to play; all if there are none
   * @throws RunFailure if a name is unknown, or no program with enough workers connects in time
   */
  public ConformanceReport run(List<String> names) {
    List<Check> chosen = choose(names);
    awaitProgram();
    long untilNanos = Scene.nowNanos() + limits.runMax().toNanos();
    List<CheckResult> results = new ArrayList<>();
    boolean isGone = false;
    for (Check check : chosen) {
      if (isGone) {
        results.add(result(check, Result.SKIPPED, "the device program had gone"));
      } else if (Scene.nowNanos() - untilNanos >= 0) {
        results.add(result(check, Result.SKIPPED, "the time of the run was over"));
      } else if (instructions.awaitWorkers(1, limits.checkMax()) == 0) {
        isGone = true;
        results.add(
            result(check, Result.FAIL, "the device program no longer asks for instructions"));
      } else {
        results.add(play(check));
      }
    }
    instructions.stop();
    return ConformanceReport.of(results);
  }

  private static List<Check> choose(List<String> names) {
    requireKnown(names);
    return checks().stream()
        .filter(check -> names.isEmpty() || names.contains(check.name()))
        .toList();
  }

  private void awaitProgram() {
    int workers = instructions.awaitWorkers(Instructions.WORKERS_MIN, limits.connect());
    if (workers < Instructions.WORKERS_MIN) {
      throw RunFailure.foundWrong(
          "workers: %d asked for instructions at the same time within %d s (expected: %d)"
              .formatted(workers, limits.connect().toSeconds(), Instructions.WORKERS_MIN));
    }
  }

  private CheckResult play(Check check) {
    Scene scene = new Scene(limits, check.lease(), incarnation());
    ScriptedSpace space = new ScriptedSpace(++lastSpace, EPOCH, 0);
    Stage stage = new Stage(scene, space, instructions);
    server.play(scene);
    try {
      String seen = check.script().play(stage);
      scene.requireNoViolation();
      return result(check, Result.PASS, seen);
    } catch (CheckStopped e) {
      return result(check, e.result(), e.seen());
    } finally {
      stage.clear();
      server.pause();
    }
  }

  private static CheckResult result(Check check, Result result, String seen) {
    return new CheckResult(check.name(), check.promise(), result, seen);
  }

  static ByteString incarnation() {
    UUID random = UUID.randomUUID();
    ByteBuffer bytes =
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(random.getMostSignificantBits())
            .putLong(random.getLeastSignificantBits());
    return ByteString.copyFrom(bytes.flip());
  }

  /** Ends the program's workers and stops listening. */
  @Override
  public void close() {
    instructions.stop();
    server.close();
  }
}
