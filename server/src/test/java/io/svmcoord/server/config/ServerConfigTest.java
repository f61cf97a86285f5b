package io.svmcoord.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the configuration comes from, and what it refuses. */
class ServerConfigTest {
  private static final Path CONFIG_PAGE = Path.of("../docs/config.md");

  @TempDir private Path folder;

  @Test
  void load_nothing_isTheDefaults() {
    ServerConfig config = ServerConfig.load(List.of(), Map.of("PATH", "/bin"), null);

    assertThat(config).isEqualTo(ServerConfig.defaults());
    assertThat(config.listen()).isEqualTo(new Endpoint("127.0.0.1", 7070));
    assertThat(config.transport()).isEqualTo(TransportKind.EPOLL);
    assertThat(config.session().ttlDefault()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void load_allSources_flagWinsOverVariableOverFile() throws IOException {
    Path file =
        yaml(
            """
            event-loops: 2
            transport: nio
            session:
              ttl-default: 4s
              ttl-max: 30s
            """);

    ServerConfig config =
        ServerConfig.load(
            List.of("--event-loops=4"),
            Map.of("SVM_EVENT_LOOPS", "3", "SVM_SESSION_TTL_DEFAULT", "500ms"),
            file);

    assertThat(config.eventLoops()).isEqualTo(4);
    assertThat(config.session().ttlDefault()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.session().ttlMax()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.transport()).isEqualTo(TransportKind.NIO);
  }

  @Test
  void load_unknownKey_namesTheNearest() throws IOException {
    assertRefused(List.of("--event-lops=2"), Map.of(), null)
        .hasMessage("event-lops: unknown key (expected: event-loops?) from flag");
    assertRefused(List.of(), Map.of("SVM_SESION_TTL_MAX", "2s"), null)
        .hasMessage("SVM_SESION_TTL_MAX: unknown variable (expected: SVM_SESSION_TTL_MAX?)");
    Path file = yaml("session: {ttl_max: 2s}");
    assertRefused(List.of(), Map.of(), file)
        .hasMessage(
            "session.ttl_max: unknown key (expected: session.ttl-max?) from %s".formatted(file));
  }

  @Test
  void load_wrongValue_saysWhatWasExpected() throws IOException {
    assertRefused(List.of("--event-loops=0"), Map.of(), null)
        .hasMessage("event-loops: 0 (expected: 1 to 64) from flag");
    assertRefused(List.of("--event-loops=many"), Map.of(), null)
        .hasMessage("event-loops: many (expected: 1 to 64) from flag");
    assertRefused(List.of("--session.ttl-default=3"), Map.of(), null)
        .hasMessage("session.ttl-default: 3 (expected: 500ms to 60s) from flag");
    assertRefused(List.of("--listen=7070"), Map.of(), null)
        .hasMessage("listen: 7070 (expected: host:port) from flag");
    assertRefused(List.of("--listen=localhost:70700"), Map.of(), null)
        .hasMessage("listen: localhost:70700 (expected: host:port) from flag");
    assertRefused(List.of(), Map.of("SVM_TRANSPORT", "kqueue"), null)
        .hasMessage("transport: kqueue (expected: epoll or io_uring or nio) from SVM_TRANSPORT");
    assertRefused(List.of("--session.ttl-min=10s"), Map.of(), null)
        .hasMessageContaining("session.ttl-default");
    assertRefused(List.of("listen=1:1"), Map.of(), null)
        .hasMessage("listen=1:1: no flag (expected: --key=value)");
  }

  @Test
  void load_brokenFile_namesIt() throws IOException {
    assertRefused(List.of(), Map.of(), folder.resolve("none.yaml"))
        .hasMessageContaining("none.yaml: can't be read");
    assertRefused(List.of(), Map.of(), yaml("a: [1")).hasMessageContaining("not YAML");
    assertRefused(List.of(), Map.of(), yaml("- listen")).hasMessageContaining("no mapping");
    assertRefused(List.of(), Map.of(), yaml("listen: [a, b]")).hasMessageContaining("no mapping");
  }

  @Test
  void load_emptyFileAndServiceLinks_areFine() throws IOException {
    assertThat(
            ServerConfig.load(
                List.of(),
                Map.of(
                    "SVM_COORDINATOR_SERVICE_HOST", "10.0.0.1",
                    "SVM_COORDINATOR_SERVICE_PORT_GRPC", "7070",
                    "SVM_COORDINATOR_PORT_7070_TCP_ADDR", "10.0.0.1",
                    "SVM_JAVA_OPTS", "-Xmx1g"),
                yaml("")))
        .isEqualTo(ServerConfig.defaults());
  }

  @Test
  void values_ofAConfig_areReadBack() {
    ServerConfig config =
        ServerConfig.defaults()
            .with("listen", "[::1]:0")
            .with("session.ttl-default", "1500ms")
            .with("log.format", "json");

    ServerConfig again = ServerConfig.of(config.values());

    assertThat(again).isEqualTo(config);
    assertThat(config.listen()).isEqualTo(new Endpoint("::1", 0));
    assertThat(config.values().keySet())
        .containsExactlyElementsOf(ConfigKeys.ALL.stream().map(ConfigKey::name).toList());
  }

  @Test
  void with_unknownKey_isRefused() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ServerConfig.defaults().with("lisen", "x:1"))
        .withMessageContaining("expected: listen?");
  }

  @Test
  void table_ofTheDocumentation_agreesWithTheKeys() throws IOException {
    List<String> documented =
        Files.readAllLines(CONFIG_PAGE).stream().filter(line -> line.startsWith("| `")).toList();

    assertThat(documented)
        .containsExactlyElementsOf(ConfigKeys.ALL.stream().map(ServerConfigTest::row).toList());
  }

  private static String row(ConfigKey<?> key) {
    return "| `%s` | `%s` | %s | %s | %s |"
        .formatted(
            key.name(), key.variable(), key.defaultText(), key.type().expected(), key.meaning());
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(folder.resolve("svm.yaml"), text);
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ConfigException> assertRefused(
      List<String> flags,
      Map<String, String> environment,
      @org.jspecify.annotations.Nullable Path file) {
    return org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> ServerConfig.load(flags, environment, file))
        .asInstanceOf(
            org.assertj.core.api.InstanceOfAssertFactories.throwable(ConfigException.class));
  }
}
