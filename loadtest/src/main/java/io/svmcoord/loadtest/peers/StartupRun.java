package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.TemporaryDirectory;
import io.svmcoord.loadtest.report.RunFailure;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Measures how long a coordinator takes from the start of its process until {@code /readyz} says
 * that it is ready, with an AOT cache and without, in turns. Stateless.
 */
public final class StartupRun {
  /** Most starts of each. */
  private static final int ROUNDS_MAX = 1_000;

  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double BYTES_PER_MB = 1e6;
  private static final int TENTHS = 10;

  private StartupRun() {}

  /** One way to start. */
  private record Contender(String jvm, Launch launch) {}

  /** Checks a number of starts. */
  public static int checkedRounds(int rounds) {
    if (rounds < 1 || rounds > ROUNDS_MAX) {
      throw new IllegalArgumentException(
          "rounds: " + rounds + " (expected: 1 to " + ROUNDS_MAX + ")");
    }
    return rounds;
  }

  /**
   * Runs; blocks until every process that it started is gone.
   *
   * @param rounds starts of each
   * @param progress told what it does, for people
   */
  public static StartupReport run(int rounds, Consumer<String> progress) {
    try (TemporaryDirectory directory = TemporaryDirectory.make("svm-startup-")) {
      progress.accept("making the AOT cache");
      AotCache cache = AotCache.make(directory.path());
      List<Contender> contenders =
          List.of(
              new Contender("without AOT cache", Launch.SAME),
              new Contender("with AOT cache", cache.launch()));
      // The first start of each reads files that the others find in memory.
      contenders.forEach(StartupRun::readyMillis);
      progress.accept("starting coordinators");
      Map<Contender, List<Double>> turns = Turns.take(contenders, rounds, StartupRun::readyMillis);
      return new StartupReport(
          rows(turns),
          Math.round(Files.size(cache.file()) / BYTES_PER_MB * TENTHS) / (double) TENTHS,
          rounds,
          Runtime.version().toString());
    } catch (IOException e) {
      throw RunFailure.foundWrong("AOT cache: " + e, e);
    }
  }

  private static List<StartupReport.Row> rows(Map<Contender, List<Double>> turns) {
    List<Double> first = turns.values().iterator().next();
    List<StartupReport.Row> rows = new ArrayList<>();
    turns.forEach(
        (each, millis) ->
            rows.add(
                new StartupReport.Row(
                    each.jvm,
                    Spread.of(millis.stream().mapToDouble(Double::doubleValue).toArray(), TENTHS),
                    Turns.ratio(millis, first, Double::doubleValue))));
    return rows;
  }

  private static double readyMillis(Contender contender) {
    long start = System.nanoTime();
    try (CoordinatorProcess coordinator =
        CoordinatorProcess.start(contender.launch, Arguments.SERVE)) {
      URI readiness = URI.create(coordinator.adminUrl() + "readyz");
      while (!isReady(readiness)) {
        if (System.nanoTime() - start > READY_TIMEOUT.toNanos()) {
          throw RunFailure.foundWrong(
              "coordinator: not ready within " + READY_TIMEOUT.toSeconds() + " s");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
      return (System.nanoTime() - start) / NANOS_PER_MILLI;
    } catch (IOException e) {
      throw RunFailure.foundWrong("coordinator: its readiness: " + e, e);
    }
  }

  private static boolean isReady(URI readiness) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) readiness.toURL().openConnection();
    try {
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } finally {
      connection.disconnect();
    }
  }
}
