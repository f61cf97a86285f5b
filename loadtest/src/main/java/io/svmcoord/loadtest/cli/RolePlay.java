package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.emulator.Emulator;
import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.Json;
import io.svmcoord.loadtest.report.MapperStats;
import io.svmcoord.loadtest.report.RoleReport;
import io.svmcoord.loadtest.report.RoleReport.Phase;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * What the commands {@code host}, {@code device} and {@code mapper} have in common: where the
 * coordinator is, how long to play the role, and a line of JSON now and then.
 */
final class RolePlay {
  private static final Duration FOREVER = Duration.ofDays(365);

  @Option(
      names = "--target",
      defaultValue = "127.0.0.1:7070",
      paramLabel = "HOST:PORT",
      description = "The coordinator. Default: ${DEFAULT-VALUE}.")
  private String target = "";

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "For how long. Default: until it is told to stop.")
  private @Nullable Duration duration;

  @Option(
      names = "--progress",
      defaultValue = "1s",
      paramLabel = "TIME",
      description = "Time between two lines of progress. Default: ${DEFAULT-VALUE}.")
  private Duration progress = Duration.ZERO;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of the random numbers. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--ttl",
      defaultValue = "3s",
      paramLabel = "TIME",
      description = "Time to live of leases. Default: ${DEFAULT-VALUE}.")
  private Duration ttl = Duration.ZERO;

  @Mixin private StopWithStdin stopWithStdin = new StopWithStdin();

  @Spec(Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  RolePlay() {}

  String target() {
    TargetOption.parse("--target", target);
    return target;
  }

  long seed() {
    return seed;
  }

  Duration ttl() {
    return ttl;
  }

  /**
   * Plays a role: prints that it is ready, plays it to its end, and closes it.
   *
   * @param start gets it ready
   * @param report any line
   * @return the exit code
   */
  <E extends Emulator> int play(Supplier<E> start, BiFunction<Phase, E, RoleReport> report) {
    return play(start, report, (signal, emulator) -> {});
  }

  /**
   * As {@link #play(Supplier, BiFunction)}.
   *
   * @param begin lets the work begin, once it was printed that the role is ready
   */
  <E extends Emulator> int play(
      Supplier<E> start,
      BiFunction<Phase, E, RoleReport> report,
      BiConsumer<Termination, E> begin) {
    try (Termination signal = stopWithStdin.install();
        E emulator = start.get()) {
      print(report.apply(Phase.READY, emulator));
      begin.accept(signal, emulator);
      play(signal, phase -> report.apply(phase, emulator), emulator::hasFailed, emulator::stop);
      return isRight(report.apply(Phase.FINAL, emulator)) ? ExitCode.OK : ExitCode.FOUND_WRONG;
    }
  }

  /** No page that was read was stale, and no invalidation is left over. */
  private static boolean isRight(RoleReport report) {
    HostStats host = report.host();
    DeviceStats devices = report.devices();
    MapperStats mappers = report.mappers();
    return (host == null || host.unfinished() == 0)
        && (devices == null || devices.reads().stale() == 0)
        && (mappers == null || mappers.reads().stale() == 0);
  }

  /**
   * Plays the role to its end: prints progress, and the final line.
   *
   * @param report any line
   * @param hasFailed whether the work has broken off, so that there is nothing to wait for
   * @param stop ends the work, or throws what it broke off for; the role stays connected until the
   *     process should stop
   */
  void play(
      Termination signal,
      Function<Phase, RoleReport> report,
      BooleanSupplier hasFailed,
      Runnable stop) {
    long startNanos = System.nanoTime();
    Duration limit = duration == null ? FOREVER : duration;
    boolean isOver = false;
    while (!isOver) {
      Duration left = limit.minusNanos(System.nanoTime() - startNanos);
      Duration tick = left.compareTo(progress) < 0 ? left : progress;
      isOver =
          signal.awaitPause(tick) || !left.minus(tick).isPositive() || hasFailed.getAsBoolean();
      if (!isOver) {
        print(report.apply(Phase.PROGRESS));
      }
    }
    stop.run();
    print(report.apply(Phase.FINAL));
    if (duration == null) {
      signal.awaitStop();
    }
  }

  private void print(RoleReport report) {
    PrintWriter out = command.commandLine().getOut();
    out.println(Json.line(report));
    out.flush();
  }
}
