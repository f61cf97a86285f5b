package io.svmcoord.loadtest.process;

import io.svmcoord.loadtest.report.Json;
import io.svmcoord.loadtest.report.Listening;
import io.svmcoord.loadtest.report.RunFailure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A coordinator in a process of its own, on loopback. Thread-safe. */
public final class CoordinatorProcess implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);

  private final ChildProcess process;
  private final Listening listening;

  private CoordinatorProcess(ChildProcess process, Listening listening) {
    this.process = process;
    this.listening = listening;
  }

  /**
   * Starts one at ports that are free; blocks until it serves.
   *
   * @throws RunFailure when it ended before, or takes too long
   */
  public static CoordinatorProcess start() {
    return start(Launch.SAME, Arguments.SERVE);
  }

  /**
   * As {@link #start()}.
   *
   * @param launch what it is started with beyond its arguments
   * @param arguments {@link Arguments#SERVE}, or what follows from them
   */
  public static CoordinatorProcess start(Launch launch, Arguments arguments) {
    ChildProcess process = ChildProcess.start("coordinator", launch, arguments.list(), line -> {});
    try {
      return new CoordinatorProcess(
          process, Json.read(process.awaitReady(READY_TIMEOUT), Listening.class));
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Its process, for what can be done to any. */
  public ChildProcess process() {
    return process;
  }

  /** Where its gRPC services are. */
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
  }

  /** The same as host:port. */
  public String target() {
    return listening.target();
  }

  /** Port of its gRPC services. */
  public int port() {
    return listening.port();
  }

  /** Where its metrics and health are; ends with a slash. */
  public String adminUrl() {
    return listening.adminUrl();
  }

  /** Asks it to stop and blocks until it has, by force in the end. */
  @Override
  public void close() {
    process.close();
  }
}
