package io.svmcoord.loadtest.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.report.Json;
import io.svmcoord.loadtest.report.RoleReport;
import io.svmcoord.loadtest.report.RoleReport.Phase;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that plays a role, and the last that it said of itself: what a process counted before
 * it was killed still counts. Thread-safe.
 */
public final class RoleProcess implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);

  /** Above the longest that an invalidation takes: the ack deadline, a lease and its guard. */
  private static final Duration FINAL_TIMEOUT = Duration.ofMinutes(2);

  private final String role;
  private final String what;
  private final ChildProcess child;
  private final CompletableFuture<RoleReport> finalReport;
  private final Holder newest;

  private RoleProcess(String role, String what, ChildProcess child, Holder newest) {
    this.role = role;
    this.what = what;
    this.child = child;
    this.newest = newest;
    this.finalReport = newest.last;
  }

  /** The last line of a child; it may come before the child is known to anybody. */
  private static final class Holder implements Consumer<JsonNode> {
    private final CompletableFuture<RoleReport> last = new CompletableFuture<>();
    private volatile @Nullable RoleReport report;

    @Override
    public void accept(JsonNode line) {
      RoleReport read = Json.read(line, RoleReport.class);
      report = read;
      if (read.phase() == Phase.FINAL) {
        last.complete(read);
      }
    }
  }

  /**
   * Starts a role.
   *
   * @param role host, devices or mappers
   * @param what which of them, for people
   * @param arguments of {@code svm}
   * @param onLost told when it ends without being asked to
   */
  public static RoleProcess start(
      String role, String what, Arguments arguments, Consumer<String> onLost) {
    return start(role, what, Launch.SMALL, arguments, onLost);
  }

  /**
   * As {@link #start(String, String, Arguments, Consumer)}.
   *
   * @param launch what its process is started with beyond the arguments
   */
  public static RoleProcess start(
      String role, String what, Launch launch, Arguments arguments, Consumer<String> onLost) {
    Holder newest = new Holder();
    ChildProcess child = ChildProcess.start(what, launch, arguments.list(), newest);
    RoleProcess process = new RoleProcess(role, what, child, newest);
    var _ = child.ended().thenAccept(code -> process.onEnd(code, onLost));
    return process;
  }

  private void onEnd(int code, Consumer<String> onLost) {
    if (!child.isStopping()) {
      onLost.accept(what + " (pid " + child.pid() + ") ended with code " + code);
    }
    // Whoever waits for its last words gets those that it did say.
    RoleReport report = newest.report;
    if (report == null) {
      finalReport.completeExceptionally(RunFailure.foundWrong(what + ": ended without a report"));
    } else {
      finalReport.complete(report);
    }
  }

  /** What it plays: host, devices or mappers. */
  public String role() {
    return role;
  }

  /** Which of them it is, for people. */
  public String what() {
    return what;
  }

  /** Id of its process. */
  public long pid() {
    return child.pid();
  }

  /** Ends it at once, as the system does when it is short of memory; blocks until it is gone. */
  public void kill() {
    child.kill();
  }

  /** Stops it in the middle of whatever it does (SIGSTOP), until {@link #unfreeze}. */
  public void freeze() {
    child.signal("STOP");
  }

  /** Lets it go on (SIGCONT). */
  public void unfreeze() {
    child.signal("CONT");
  }

  /** Blocks until it plays; its first line. */
  public RoleReport awaitReady() {
    return Json.read(child.awaitReady(READY_TIMEOUT), RoleReport.class);
  }

  /** What it said last; empty before it was ready. */
  public Optional<RoleReport> report() {
    return Optional.ofNullable(newest.report);
  }

  /** Lets it begin its work; returns at once. */
  public void go() {
    child.go();
  }

  /** Asks it to end its work; returns at once. */
  public void pause() {
    child.pause();
  }

  /** Blocks until it has ended its work, or is gone; the last that it said. */
  public RoleReport awaitFinal() {
    return finalReport
        .copy()
        .orTimeout(FINAL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            e -> {
              throw RunFailure.foundWrong(what + ": no report at its end: " + e, e);
            })
        .join();
  }

  /** Asks it to stop; returns at once. */
  public void stop() {
    child.stop();
  }

  /** Asks it to stop and blocks until it has, by force in the end. */
  @Override
  public void close() {
    child.close();
  }
}
