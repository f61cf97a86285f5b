package io.svmcoord.loadtest.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.report.Json;
import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One more process of this program, on the same JDK and class path. It prints JSON on its standard
 * output, one value a line: first that it is ready, last what it found. It runs until its standard
 * input ends (see {@link Termination}). Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
  /** What a child may take from asking it to stop until it is ended by force. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

  /**
   * Options of this JVM that a child must not take over: they bind ports, write files, or fit one
   * set of options only.
   */
  private static final List<String> NOT_INHERITED =
      List.of(
          "-javaagent",
          "-agentlib",
          "-agentpath",
          "-Xrunjdwp",
          "-Xlog",
          "-XX:StartFlight",
          "-XX:AOT");

  /** The one of these that does not: a JVM that says nothing has children that say nothing. */
  private static final String SILENT = "-Xlog:disable";

  private final String name;
  private final Process process;
  private final CompletableFuture<JsonNode> ready = new CompletableFuture<>();
  private final CompletableFuture<JsonNode> last = new CompletableFuture<>();
  private final CompletableFuture<Integer> ended;
  private final Thread shutdownHook;
  private volatile boolean isStopping;

  private ChildProcess(String name, Process process, Consumer<JsonNode> onLine) {
    this.name = name;
    this.process = process;
    this.shutdownHook = new Thread(this::terminate, "end-" + name);
    Runtime.getRuntime().addShutdownHook(shutdownHook);
    Thread reader =
        Thread.ofPlatform().daemon().name("read-" + name).start(() -> readLines(onLine));
    this.ended =
        process
            .onExit()
            .thenApply(
                exited -> {
                  joinQuietly(reader);
                  ready.completeExceptionally(new IOException("it ended before"));
                  last.completeExceptionally(new IOException("it ended before"));
                  return exited.exitValue();
                });
  }

  /**
   * Starts {@code svm} with these arguments on a JVM with the options of this one.
   *
   * @see #start(String, Launch, List, Consumer)
   */
  public static ChildProcess start(String name, List<String> arguments, Consumer<JsonNode> onLine) {
    return start(name, Launch.SAME, arguments, onLine);
  }

  /**
   * Starts {@code svm} with these arguments. {@code onLine} gets each line of JSON that it prints,
   * on a thread of the child's own.
   *
   * @param name for people and threads
   * @param launch what it is started with beyond that
   * @throws RunFailure when no process could be started
   */
  public static ChildProcess start(
      String name, Launch launch, List<String> arguments, Consumer<JsonNode> onLine) {
    List<String> command = new ArrayList<>(launch.prefix());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            option -> option.equals(SILENT) || NOT_INHERITED.stream().noneMatch(option::startsWith))
        .filter(
            option ->
                !(isCollector(option)
                    && launch.jvmOptions().stream().anyMatch(ChildProcess::isCollector)))
        .forEach(command::add);
    command.addAll(launch.jvmOptions());
    command.add(launch.mainClass());
    command.addAll(arguments);
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
      // Not as an argument: whoever lists processes should see what each of them does.
      builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      builder.environment().putAll(launch.environment());
      return new ChildProcess(name, builder.start(), onLine);
    } catch (IOException e) {
      throw RunFailure.foundWrong(name + ": no process could be started: " + e.getMessage(), e);
    }
  }

  /** The JVM refuses two of them. */
  private static boolean isCollector(String option) {
    return option.matches("-XX:\\+Use(Serial|Parallel|G1|Z|Shenandoah|Epsilon)GC");
  }

  /** Name that it was given. */
  public String name() {
    return name;
  }

  /** Id of its process. */
  public long pid() {
    return process.pid();
  }

  /** False once it has ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** True once it was asked to stop: its end is then no surprise. */
  public boolean isStopping() {
    return isStopping;
  }

  /** Processor time that it has used until now; zero when the system does not tell. */
  public Duration cpuTime() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Completes with the exit code when it has ended, after its last line was read. */
  public CompletableFuture<Integer> ended() {
    return ended.copy();
  }

  /**
   * Blocks until it has printed its first line.
   *
   * @throws RunFailure when it ended before, or takes longer
   */
  public JsonNode awaitReady(Duration timeout) {
    return Patience.await(ready, timeout, name + ": its first line");
  }

  /** Lets it begin its work, if it waits for that; returns at once. */
  public void go() {
    say(Termination.GO);
  }

  /** Asks it to end its work, report, and stay connected; returns at once. */
  public void pause() {
    isStopping = true;
    say(Termination.PAUSE);
  }

  /** Says a line to it, one that it is known to read; returns at once. */
  public void tell(String line) {
    say((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void say(int what) {
    say(new byte[] {(byte) what});
  }

  private void say(byte[] what) {
    try {
      process.getOutputStream().write(what);
      process.getOutputStream().flush();
    } catch (IOException e) {
      // The pipe is broken: it has ended already, and there is nobody to hear it.
      ended.join();
    }
  }

  /** Asks it to stop; returns at once. */
  public void stop() {
    isStopping = true;
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The pipe is broken: it has ended already, which is what was asked for.
      ended.join();
    }
  }

  /** Ends it at once, with SIGKILL; blocks until it is gone. */
  public void kill() {
    isStopping = true;
    process.destroyForcibly();
    ended.join();
    removeShutdownHook();
  }

  /**
   * Sends it a signal; blocks until it is sent. Nothing if it has ended.
   *
   * @param signal its name without SIG, as kill(1) knows it
   * @throws RunFailure when it could not be sent
   */
  public void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
      if (kill.waitFor() != 0 && isAlive()) {
        throw RunFailure.foundWrong(name + ": SIG" + signal + " was refused");
      }
    } catch (IOException e) {
      throw RunFailure.foundWrong(name + ": SIG" + signal + " could not be sent: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Asks it to stop and blocks until it has, by force in the end.
   *
   * @return the last line that it printed
   * @throws RunFailure when it printed none before it ended
   */
  public JsonNode stopAndReport() {
    close();
    return Patience.await(last, STOP_TIMEOUT, name + ": its report");
  }

  /** Asks it to stop and blocks until it has, by force in the end. */
  @Override
  public void close() {
    stop();
    try {
      ended.get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
      ended.join();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(name, e);
    }
    removeShutdownHook();
  }

  /** This process is being terminated: the child may clear up, for a while, and is then ended. */
  private void terminate() {
    isStopping = true;
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void removeShutdownHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // This process is being terminated: the hook runs, and ends what is left.
      isStopping = true;
    }
  }

  private void readLines(Consumer<JsonNode> onLine) {
    JsonNode newest = null;
    try (InputStream output = process.getInputStream();
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        newest = Json.tree(line);
        onLine.accept(newest);
        ready.complete(newest);
      }
      if (newest != null) {
        last.complete(newest);
      }
    } catch (IOException | IllegalArgumentException e) {
      // A broken pipe or a line that is no JSON: whoever waits for this child hears of it.
      ready.completeExceptionally(e);
      last.completeExceptionally(e);
    }
  }

  private static void joinQuietly(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
