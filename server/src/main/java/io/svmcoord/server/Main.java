package io.svmcoord.server;

import io.svmcoord.server.config.ConfigException;
import io.svmcoord.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * The coordinator as a process: {@code java -cp ... io.svmcoord.server.Main --listen=0.0.0.0:7070}.
 * Flags are {@code --key=value} with the keys of docs/config.md; {@code SVM_CONFIG} names a YAML
 * file. Ends after SIGTERM, when it has drained.
 */
public final class Main {
  private static final int EXIT_USAGE = 2;
  private static final int EXIT_START = 1;

  private Main() {}

  /** Runs until the process is told to stop. */
  public static void main(String[] args) {
    ServerConfig config;
    try {
      String file = System.getenv("SVM_CONFIG");
      config =
          ServerConfig.load(List.of(args), System.getenv(), file == null ? null : Path.of(file));
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      System.exit(EXIT_USAGE);
      return;
    }
    config.logFormat().install();
    SvmServer server;
    try {
      server = SvmServer.start(config);
    } catch (RuntimeException e) {
      System.err.println(e.getMessage());
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        System.err.println("caused by: " + cause.getMessage());
      }
      System.exit(EXIT_START);
      return;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("svm-shutdown")
                .unstarted(() -> server.drain(config.drainDeadline())));
    server.awaitTermination();
  }
}
