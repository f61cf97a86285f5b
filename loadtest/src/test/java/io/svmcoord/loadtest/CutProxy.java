package io.svmcoord.loadtest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * A network between clients and a server on loopback that can be cut, or lead nowhere. Thread-safe.
 */
public final class CutProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  /** A direction of one connection: what is read while it is held is written never. */
  private final class Pump {
    private final Socket from;
    private final Socket to;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean isHeld;

    Pump(Socket from, Socket to) {
      this.from = from;
      this.to = to;
    }

    void start() {
      Thread.ofVirtual().start(this::run);
    }

    private void run() {
      byte[] buffer = new byte[BUFFER_BYTES];
      try (from;
          to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (isHeld) {
            end.await();
            return;
          }
          out.write(buffer, 0, read);
        }
      } catch (IOException e) {
        // Cut, or closed by an end: the other direction ends with it.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        connections.remove(connection(this));
      }
    }
  }

  private record Connection(Pump toServer, Pump toClient) {
    void cut() throws IOException {
      toServer.end.countDown();
      toClient.end.countDown();
      toServer.from.close();
      toServer.to.close();
    }
  }

  private final int serverPort;
  private final ServerSocket listener;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean isDown;

  /** A network to the server on a port of loopback. */
  public CutProxy(int serverPort) {
    this.serverPort = serverPort;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** Where clients connect to. */
  public String target() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (isDown) {
          client.close();
        } else {
          connect(client);
        }
      } catch (IOException e) {
        // The listener is closed, or that one client is gone.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    Connection connection = new Connection(new Pump(client, server), new Pump(server, client));
    connections.add(connection);
    connection.toServer.start();
    connection.toClient.start();
  }

  private Connection connection(Pump pump) {
    return connections.stream()
        .filter(each -> each.toServer == pump || each.toClient == pump)
        .findFirst()
        .orElseGet(() -> new Connection(pump, pump));
  }

  /** What clients send on the present connections never arrives. */
  public void loseToServer() {
    connections.forEach(each -> each.toServer.isHeld = true);
  }

  /** What the server sends on the present connections never arrives. */
  public void loseToClient() {
    connections.forEach(each -> each.toClient.isHeld = true);
  }

  /** How many connections there are now. */
  public int connections() {
    return connections.size();
  }

  /** Closes the present connections; both ends notice. */
  public void cut() {
    for (Connection connection : connections) {
      try {
        connection.cut();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Cuts, and lets nobody connect until {@link #up}. */
  public void down() {
    isDown = true;
    cut();
  }

  /** Lets clients connect again. */
  public void up() {
    isDown = false;
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
