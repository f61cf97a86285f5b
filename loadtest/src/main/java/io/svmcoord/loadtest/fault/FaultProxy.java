package io.svmcoord.loadtest.fault;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP proxy on loopback that does to connections what networks do: cut, half-open, delay,
 * throttle, cut after n bytes, refuse. It knows nothing of what it carries. Faults of a direction
 * hold for present and future connections, for what arrives from then on. Thread-safe; nothing
 * blocks but {@link #start} and {@link #close}, shortly.
 *
 * <p>The idea is Toxiproxy's, the half-open direction that of packet filters in Jepsen's nemesis.
 */
public final class FaultProxy implements AutoCloseable {
  /** Most connections at once; more are refused. */
  public static final int CONNECTIONS_MAX = 1024;

  private static final Logger log = LoggerFactory.getLogger(FaultProxy.class);

  private static final int CONNECT_MILLIS_MAX = 5_000;

  private final InetSocketAddress target;
  private final ServerSocket listener;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile LinkFaults toServer = LinkFaults.NONE;
  private volatile LinkFaults toClient = LinkFaults.NONE;
  private volatile boolean isRefusing;

  private FaultProxy(InetSocketAddress target, ServerSocket listener) {
    this.target = target;
    this.listener = listener;
  }

  /**
   * Listens on a free port of loopback and carries to a target on loopback.
   *
   * @param targetPort port of the coordinator; nobody needs to listen there yet
   * @throws UncheckedIOException if there is no free port
   */
  public static FaultProxy start(int targetPort) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try {
      FaultProxy proxy =
          new FaultProxy(
              new InetSocketAddress(loopback, targetPort),
              new ServerSocket(0, CONNECTIONS_MAX, loopback));
      Thread.ofVirtual().name("proxy-accept").start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("no port for the proxy: " + e.getMessage(), e);
    }
  }

  /** The port for clients. */
  public int port() {
    return listener.getLocalPort();
  }

  /** The address for clients, {@code host:port}. */
  public String address() {
    return listener.getInetAddress().getHostAddress() + ":" + port();
  }

  /** What happens on the way to the coordinator from now on. */
  public void toServer(LinkFaults faults) {
    toServer = requireNonNull(faults, "faults");
  }

  /** What happens on the way to the client from now on. */
  public void toClient(LinkFaults faults) {
    toClient = requireNonNull(faults, "faults");
  }

  /** Cuts every connection: both sides see a reset. New ones are carried. */
  public void cut() {
    connections.forEach(ProxiedConnection::cut);
  }

  /** Whether new connections are reset at once, as if nobody listened. */
  public void refuse(boolean isRefused) {
    isRefusing = isRefused;
  }

  /** A network that works, from now on. A connection that lost bytes to silence is cut. */
  public void heal() {
    boolean wasSilent = toServer.isSilent() || toClient.isSilent();
    toServer = LinkFaults.NONE;
    toClient = LinkFaults.NONE;
    isRefusing = false;
    if (wasSilent) {
      cut();
    }
  }

  /** Connections that are carried now. */
  public int connections() {
    return connections.size();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().name("proxy-connect").start(() -> carry(client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          log.warn("a connection could not be accepted: {}", e.getMessage());
        }
      }
    }
  }

  private void carry(Socket client) {
    Socket server = new Socket();
    ProxiedConnection connection = new ProxiedConnection(client, server, connections::remove);
    connections.add(connection);
    try {
      if (isRefusing || connections.size() > CONNECTIONS_MAX) {
        connection.cut();
        return;
      }
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(target, CONNECT_MILLIS_MAX);
      connection.start(() -> toServer, () -> toClient);
      if (listener.isClosed()) {
        connection.cut();
      }
    } catch (IOException e) {
      // The client sees what it would see without the proxy: nobody is there.
      log.debug("no connection to {}: {}", target, e.getMessage());
      connection.cut();
    }
  }

  /** Cuts everything and listens no more. Repeating it is harmless. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      log.warn("the proxy's port could not be closed", e);
    }
    cut();
  }
}
