package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SvmCommandTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "serve",
        "host",
        "device",
        "mapper",
        "load",
        "load fanout",
        "simulate",
        "conformance",
        "conformance device",
        "conformance example",
        "conformance checks",
        "ctl",
        "ctl spaces",
        "ctl sessions",
        "ctl subscriptions",
        "ctl invalidations",
        "ctl node",
        "ctl evict",
        "ctl drain",
        "ctl space",
        "ctl space create",
        "ctl space delete"
      })
  void run_help_listsUsageAndExitCodes(String command) {
    SvmRun run = SvmRun.of((command + " --help").strip().split(" "));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(("Usage: svm " + command).strip())
        .contains("3   the coordinator cannot be reached");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void run_version_namesProgramAndJava() {
    SvmRun run = SvmRun.of("--version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("svm ").contains("Java 25");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "                                          | COMMAND: missing",
        "ctl                                         | COMMAND: missing",
        "load                                        | SCENARIO: missing",
        "conformance                                 | COMMAND: missing",
        "conformance device                          | --listen=PORT",
        "conformance device --listen 70000           | --listen: 70000 (expected: 0 to 65535)",
        "conformance device --listen 0 --checks x    | --checks: x (expected: some of read-during",
        "conformance example --target x              | --target: x (expected: host:port",
        "load fanout                                 | --devices=N",
        "load fanout --devices x                     | '--devices': 'x' is not an int",
        "load fanout --devices 0                     | --devices: 0 (expected: 1 to 20000)",
        "load fanout --devices 4 --connections 5     | --connections: 5 (expected: 1 to 4)",
        "load fanout --devices 4 --outstanding 9999  | --outstanding: 9999 (expected: 1 to 1024)",
        "load fanout --devices 4 --duration 20       | '20' (expected: a number with ms, s, m or h",
        "load fanout --devices 4 --ttl 1ms           | --ttl: 1ms (expected: 500ms to 60000ms)",
        "load fanout --devices 4 --target nowhere    | --target: nowhere (expected: host:port",
        "simulate --seeds 0                          | --seeds: 0 (expected: 1 to 1000000000)",
        "simulate --seed 1 --seeds 2                 | --seed: 1 (expected: without --seeds and",
        "simulate --seeds 2 --trace                  | --trace: set (expected: with --seed)",
        "simulate --threads 0                        | --threads: 0 (expected: 1 to 256)",
        "demo --devices 0                            | --devices: 0 (expected: 1 to 1000)",
        "demo --duration 0s                          | --duration: 0ms (expected: above 0)",
        "demo --admin-port 70000 --duration 1s       | --admin-port: 70000 (expected: 0 to 65535)",
        "host --pages 1                              | --pages: 1 (expected: 16 to 1048576)",
        "host --ttl 1ms                              | --ttl: PT0.001S (expected: PT0.5S to PT1M)",
        "host --target x                             | --target: x (expected: host:port",
        "device --space 1 --page-source a:1          | --memory=FILE",
        "device --space 1 --page-source 127.0.0.1:1 --memory /none | --memory: /none (expected: a"
            + " file",
        "serve --listen x                            | listen: x (expected:",
        "serve --transport ipx                       | transport: ipx (expected:",
        "serve --set sesion.ttl-min=1s               | sesion.ttl-min",
        "ctl spaces -o xml                           | expected one of [TABLE, JSON]",
        "ctl spaces --target 127.0.0.1:99999         | --target: 127.0.0.1:99999 (expected:"
            + " host:port",
        "ctl subscriptions --space 1 --range 5       | --range: 5 (expected: first-last in"
            + " hexadecimal",
        "sevre                                       | 'sevre'",
      })
  void run_badUsage_saysInOneLineWhatWasExpected(@Nullable String command, String message) {
    SvmRun run = SvmRun.of(command == null ? new String[0] : command.split(" +"));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().findFirst().orElseThrow()).startsWith("svm").contains(message);
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ctl sessions", "load fanout --devices 1"})
  void run_nobodyListens_exitsWithUnreachable(String command) {
    // Port 1 is reserved: nothing listens there.
    SvmRun run = SvmRun.of((command + " --target 127.0.0.1:1").split(" "));

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("--target: 127.0.0.1:1 (expected: a running coordinator)");
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @Test
  void simulate_someSeeds_keepEveryPromise() {
    SvmRun run =
        SvmRun.of("simulate", "--seeds", "5", "--from", "3", "--threads", "1", "-o", "json");

    assertThat(run.exitCode()).describedAs(run.out()).isZero();
    assertThat(run.json().path("seeds").asLong()).isEqualTo(5);
    assertThat(run.json().path("from").asLong()).isEqualTo(3);
    assertThat(run.json().path("failures").asLong()).isZero();
    assertThat(run.json().path("events").asLong()).isPositive();
    assertThat(run.json().path("failing").isEmpty()).isTrue();
  }

  @Test
  void simulate_oneSeedTraced_printsWhatHappens() {
    SvmRun run = SvmRun.of("simulate", "--seed", "3", "--trace");

    assertThat(run.exitCode()).describedAs(run.out()).isZero();
    assertThat(run.out())
        .contains("  world         Scenario[", "  fact          AtRest[", "failures");
    assertThat(SvmRun.of("simulate", "--seed", "3", "--trace").out().lines().limit(100))
        .containsExactlyElementsOf(run.out().lines().limit(100).toList());
  }

  @Test
  void run_verbose_showsStackTrace() {
    SvmRun run = SvmRun.of("ctl", "node", "--target", "127.0.0.1:1", "--verbose");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("\tat ");
  }
}
