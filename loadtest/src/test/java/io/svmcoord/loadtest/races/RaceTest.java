package io.svmcoord.loadtest.races;

import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the catalogue has in common: one coordinator on loopback for each class, one space and new
 * sessions for each test. R1-R5, R8-R10, R17 and R18 are in {@link ReadRacesTest}, R6, R7, R11-R13
 * and R16 in {@link SubscriptionRacesTest}, R14 and R15 in {@link BeginRacesTest}. {@link
 * EndNoticesTest} is of no race.
 */
@Timeout(120)
abstract class RaceTest {
  private static SvmServer server;

  RaceRig rig;

  @BeforeAll
  static void start() {
    server =
        SvmServer.start(
            ServerConfig.defaults()
                .with("listen", "127.0.0.1:0")
                .with("admin", "127.0.0.1:0")
                // Long enough for a busy machine: whoever is willing answers within it.
                .with("invalidation.non-blockable-bound", "1s"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static String target() {
    return "127.0.0.1:" + server.port();
  }

  @BeforeEach
  void open() {
    rig = new RaceRig(target());
  }

  static int port() {
    return server.port();
  }

  @AfterEach
  void close() {
    rig.close();
  }
}
