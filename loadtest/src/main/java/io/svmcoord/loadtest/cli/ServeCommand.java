package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.process.MemoryUse;
import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.loadtest.report.Listening;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ConfigException;
import io.svmcoord.server.config.ServerConfig;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm serve}: a coordinator. */
@Command(
    name = "serve",
    description = {
      "Runs a coordinator until it is told to stop; then clients get time to leave.",
      "Settings are taken from options, else from SVM_... environment variables, else from the"
          + " configuration file, else they have their defaults."
    })
public final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Address of the gRPC services; port 0 lets the system choose.")
  private @Nullable String listen;

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description = "Address of metrics, health and status over HTTP.")
  private @Nullable String admin;

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      description = "How sockets are served: epoll or nio.")
  private @Nullable String transport;

  @Option(names = "--event-loops", paramLabel = "N", description = "Threads that serve sockets.")
  private @Nullable String eventLoops;

  @Option(
      names = "--control-directory",
      paramLabel = "DIR",
      description = {
        "Where the coordinator keeps what a restart has to know; one process alone.",
        "Without it a restart knows nothing and waits for nobody."
      })
  private @Nullable String controlDirectory;

  @Option(names = "--config", paramLabel = "FILE", description = "Configuration file, YAML.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any other setting of the configuration, by its key. May be repeated.")
  private Map<String, String> settings = Map.of();

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private StopWithStdin stopWithStdin = new StopWithStdin();

  ServeCommand() {}

  @Override
  public Integer call() {
    ServerConfig configuration = configuration();
    if (!stopWithStdin.isFollowing()) {
      // The server of another command logs as that command does, which is set already.
      configuration.logFormat().install();
    }
    try (Termination signal = stopWithStdin.install(this::tellMemory);
        SvmServer server = start(configuration)) {
      Listening listening = listening(configuration, server);
      output.print(listening, listening::table);
      // An operator may have it drained over the wire: then it stops by itself.
      var _ =
          Thread.ofVirtual()
              .name("server-watch")
              .start(
                  () -> {
                    server.awaitTermination();
                    signal.stop();
                  });
      signal.awaitStop();
      server.drain(configuration.drainDeadline());
      return ExitCode.OK;
    }
  }

  /** For the program that started this one: a line of JSON whatever the table's format is. */
  private void tellMemory(MemoryUse.Order order) {
    output.printLine(MemoryUse.of(order));
  }

  private ServerConfig configuration() {
    List<String> flags = new ArrayList<>();
    addFlag(flags, "listen", listen);
    addFlag(flags, "admin", admin);
    addFlag(flags, "transport", transport);
    addFlag(flags, "event-loops", eventLoops);
    addFlag(flags, "control.directory", controlDirectory);
    settings.forEach((key, value) -> addFlag(flags, key, value));
    try {
      return ServerConfig.load(flags, System.getenv(), config);
    } catch (ConfigException e) {
      throw RunFailure.badUsage(String.valueOf(e.getMessage()));
    }
  }

  private static void addFlag(List<String> flags, String key, @Nullable String value) {
    if (value != null) {
      flags.add("--" + key + "=" + value);
    }
  }

  private static SvmServer start(ServerConfig configuration) {
    try {
      return SvmServer.start(configuration);
    } catch (UncheckedIOException | IllegalStateException e) {
      throw RunFailure.foundWrong(String.valueOf(e.getMessage()), e);
    }
  }

  private static Listening listening(ServerConfig configuration, SvmServer server) {
    String host = bracketed(configuration.listen().host());
    String adminHost = bracketed(configuration.admin().host());
    return new Listening(
        host + ":" + server.port(),
        server.port(),
        "http://" + adminHost + ":" + server.adminPort() + "/",
        server.adminPort(),
        server.transport(),
        ProcessHandle.current().pid());
  }

  private static String bracketed(String host) {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }
}
