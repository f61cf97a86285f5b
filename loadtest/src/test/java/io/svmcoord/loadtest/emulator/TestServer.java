package io.svmcoord.loadtest.emulator;

import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;

/** A coordinator on loopback for one test. */
final class TestServer {
  private TestServer() {}

  static SvmServer start() {
    return SvmServer.start(
        ServerConfig.defaults().with("listen", "127.0.0.1:0").with("admin", "127.0.0.1:0"));
  }

  static String target(SvmServer server) {
    return "127.0.0.1:" + server.port();
  }
}
