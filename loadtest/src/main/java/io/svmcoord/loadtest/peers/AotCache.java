package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.report.RunFailure;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A coordinator's classes as the JVM has them once it is up (JEP 483, 514, 515), in a file. It is
 * for this JDK, this class path and these options of the JVM; another one does without. Immutable.
 *
 * @param file the cache
 */
record AotCache(Path file) {
  private static final Duration END_TIMEOUT = Duration.ofMinutes(2);

  /** What does not fit is not told of: then there is no cache, that is all. */
  private static final String SILENT = "-Xlog:disable";

  /**
   * Starts a coordinator, stops it when it is ready, and keeps what it had loaded; blocks.
   *
   * @throws RunFailure when that fails
   */
  static AotCache make(Path directory) {
    requireJars(System.getProperty("java.class.path"));
    Path learnt = directory.resolve("svm.aotconf");
    Path file = directory.resolve("svm.aot");
    Launch learn =
        Launch.SAME.withJvmOptions("-XX:AOTMode=record", "-XX:AOTConfiguration=" + learnt, SILENT);
    try (CoordinatorProcess coordinator = CoordinatorProcess.start(learn, Arguments.SERVE)) {
      coordinator.process().stop();
      awaitEnd(coordinator.process());
    }
    Launch create =
        Launch.SAME.withJvmOptions(
            "-XX:AOTMode=create", "-XX:AOTConfiguration=" + learnt, "-XX:AOTCache=" + file, SILENT);
    List<String> serve = Arguments.SERVE.list();
    try (ChildProcess creator = ChildProcess.start("AOT cache", create, serve, line -> {})) {
      awaitEnd(creator);
    }
    if (!Files.isRegularFile(file)) {
      throw RunFailure.foundWrong("AOT cache: " + file + " was not made");
    }
    return new AotCache(file);
  }

  private static void requireJars(String classPath) {
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (Files.isDirectory(Path.of(entry))) {
        throw RunFailure.foundWrong(
            "AOT cache: class path: %s (expected: jars alone, as the launcher has)"
                .formatted(entry));
      }
    }
  }

  /** A JVM that uses it. */
  Launch launch() {
    return Launch.SAME.withJvmOptions("-XX:AOTCache=" + file, SILENT);
  }

  private static void awaitEnd(ChildProcess process) {
    try {
      int code = process.ended().orTimeout(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
      if (code != 0) {
        throw RunFailure.foundWrong(process.name() + ": ended with code " + code);
      }
    } catch (CompletionException e) {
      throw RunFailure.foundWrong(
          process.name() + ": no end within " + END_TIMEOUT.toMinutes() + " min", e);
    }
  }
}
