package io.svmcoord.loadtest.peers.broker;

import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.process.TemporaryDirectory;
import io.svmcoord.loadtest.report.RunFailure;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * A server that is not of this program: found on the PATH, on a free port of loopback, in a
 * directory that goes with it. Thread-safe.
 */
final class BrokerProcess implements PeerServer {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(50);

  /** In memory where there is one: no system here waits for a disk. */
  private static final Path MEMORY_FILES = Path.of("/dev/shm");

  private final Process process;
  private final TemporaryDirectory directory;
  private final PeerTarget target;
  private final Thread shutdownHook;

  private BrokerProcess(Process process, TemporaryDirectory directory, PeerTarget target) {
    this.process = process;
    this.directory = directory;
    this.target = target;
    this.shutdownHook = new Thread(this::end, "end-broker");
    Runtime.getRuntime().addShutdownHook(shutdownHook);
  }

  /** The program of this name, if it is on the PATH. */
  static Optional<Path> find(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** How reports say that the program is not there; empty when it is. */
  static Optional<String> missing(String program, String debianPackage) {
    return find(program).isPresent()
        ? Optional.empty()
        : Optional.of(
            "%s is not on the PATH (Debian: apt-get install %s)".formatted(program, debianPackage));
  }

  /**
   * Starts a server; blocks until it accepts connections.
   *
   * @param arguments given two free ports, of which the first is the clients', and a directory
   * @throws RunFailure when it ends before, with what it said last, or takes too long
   */
  static BrokerProcess start(String program, BiFunction<int[], Path, List<String>> arguments) {
    Path executable =
        find(program).orElseThrow(() -> RunFailure.foundWrong(program + ": not on the PATH"));
    TemporaryDirectory directory =
        Files.isWritable(MEMORY_FILES)
            ? TemporaryDirectory.make(MEMORY_FILES, "svm-peer-")
            : TemporaryDirectory.make("svm-peer-");
    try {
      int[] ports = freePorts();
      List<String> command = new ArrayList<>();
      command.add(executable.toString());
      command.addAll(arguments.apply(ports, directory.path()));
      Path log = directory.path().resolve("log");
      Process process =
          new ProcessBuilder(command)
              .directory(directory.path().toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      BrokerProcess broker = new BrokerProcess(process, directory, new PeerTarget(ports[0], 0));
      broker.awaitListening(program, log);
      return broker;
    } catch (IOException e) {
      directory.close();
      throw RunFailure.foundWrong(program + ": could not be started: " + e, e);
    }
  }

  private static int[] freePorts() throws IOException {
    // Both are held until both are known; another program may still take one in between, and then
    // the server says so.
    try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new int[] {first.getLocalPort(), second.getLocalPort()};
    }
  }

  private void awaitListening(String program, Path log) throws IOException {
    long start = System.nanoTime();
    while (!isListening()) {
      if (!process.isAlive() || System.nanoTime() - start > START_TIMEOUT.toNanos()) {
        String said = Files.readString(log).strip();
        close();
        throw RunFailure.foundWrong(program + ": does not listen, and said: " + said);
      }
      pause();
    }
  }

  private boolean isListening() {
    try (Socket socket = new Socket(target.address().getAddress(), target.port())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Until the next look; shorter if the server ends. */
  private void pause() {
    try {
      process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw RunFailure.foundWrong("interrupted while a server starts", e);
    }
  }

  @Override
  public PeerTarget target() {
    return target;
  }

  @Override
  public Duration cpuTime() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public CompletableFuture<Integer> ended() {
    return process.onExit().thenApply(Process::exitValue);
  }

  @Override
  public void close() {
    end();
    Runtime.getRuntime().removeShutdownHook(shutdownHook);
  }

  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    directory.close();
  }
}
