package io.svmcoord.loadtest.docs;

import io.svmcoord.server.config.ServerConfig;

/** Configurations of servers for tests. Stateless. */
final class Servers {
  private Servers() {}

  /** The defaults on ports that the system chooses. */
  static ServerConfig onFreePorts() {
    return ServerConfig.defaults().with("listen", "127.0.0.1:0").with("admin", "127.0.0.1:0");
  }
}
