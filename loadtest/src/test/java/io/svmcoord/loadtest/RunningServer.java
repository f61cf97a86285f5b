package io.svmcoord.loadtest;

import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A coordinator in this process, on ports of its own. */
final class RunningServer implements AutoCloseable {
  private final SvmServer server;

  private RunningServer(SvmServer server) {
    this.server = server;
  }

  static RunningServer start() {
    return new RunningServer(
        SvmServer.start(
            ServerConfig.defaults().with("listen", "127.0.0.1:0").with("admin", "127.0.0.1:0")));
  }

  String target() {
    return "127.0.0.1:" + server.port();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
  }

  @Override
  public void close() {
    server.close();
  }
}
