package io.svmcoord.client;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Serves a {@link PageSource} as {@code svm.v1.PageSourceService}. Thread-safe. */
public final class PageSourceServer implements AutoCloseable {
  private final Server server;
  private final ExecutorService executor;

  private PageSourceServer(Server server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * The service alone, to be added to a server of one's own. That server's executor runs the
   * source, which may block. It has to permit a keep-alive ping each 10 s ({@code
   * permitKeepAliveTime}), or faults that take longer end with the connection.
   */
  public static BindableService service(PageSource source) {
    return new PageSourceAdapter(source);
  }

  /**
   * Starts a server for the source, which runs on virtual threads.
   *
   * @param address where to listen; port 0 chooses one
   * @throws UncheckedIOException if the address can't be bound
   */
  public static PageSourceServer start(InetSocketAddress address, PageSource source) {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    Server server =
        NettyServerBuilder.forAddress(address)
            .executor(executor)
            .permitKeepAliveTime(Channels.KEEP_ALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .addService(service(source))
            .build();
    try {
      return new PageSourceServer(server.start(), executor);
    } catch (IOException e) {
      executor.shutdown();
      throw new UncheckedIOException("address: " + address + " (expected: one to listen on)", e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Stops at once; faults under way fail. Doesn't block. */
  @Override
  public void close() {
    server.shutdownNow();
    executor.shutdown();
  }
}
