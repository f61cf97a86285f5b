package io.svmcoord.loadtest.fault;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection through the proxy: two sockets, and for each direction a thread that reads and one
 * that writes. Over when both directions have ended, or with a cut. Thread-safe.
 */
final class ProxiedConnection {
  private static final Logger log = LoggerFactory.getLogger(ProxiedConnection.class);

  private static final int PIECE_BYTES = 16 * 1024;

  /** Pieces of one direction that are under way; then the sender has to wait, as on a real wire. */
  private static final int PIECES_MAX = 1024;

  /** What is under way in one direction, and when it comes out. */
  private sealed interface Piece {
    long releaseNanos();

    record Bytes(ByteBuffer bytes, long releaseNanos) implements Piece {}

    /** The sender has nothing more to say. */
    record End(long releaseNanos) implements Piece {}

    record Cut(long releaseNanos) implements Piece {}
  }

  private final Socket client;
  private final Socket server;
  private final Consumer<ProxiedConnection> onClosed;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final AtomicInteger ended = new AtomicInteger();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  /** Carries nothing before {@link #start}. */
  ProxiedConnection(Socket client, Socket server, Consumer<ProxiedConnection> onClosed) {
    this.client = client;
    this.server = server;
    this.onClosed = onClosed;
  }

  /** Carries bytes from now on, as the faults of each direction say at the time. */
  void start(Supplier<LinkFaults> toServer, Supplier<LinkFaults> toClient) {
    startDirection("proxy-to-server", client, server, toServer);
    startDirection("proxy-to-client", server, client, toClient);
    if (isClosed.get()) {
      threads.forEach(Thread::interrupt); // Cut meanwhile.
    }
  }

  private void startDirection(String name, Socket from, Socket to, Supplier<LinkFaults> faults) {
    BlockingQueue<Piece> wire = new LinkedBlockingQueue<>(PIECES_MAX);
    startThread(name + "-read", () -> read(from, wire, faults));
    startThread(name + "-write", () -> write(wire, to));
  }

  /** A task that may end in any of the ways in which connections do. */
  private interface Pump {
    void run() throws IOException, InterruptedException;
  }

  private void startThread(String name, Pump pump) {
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(
                () -> {
                  try {
                    pump.run();
                  } catch (IOException | InterruptedException e) {
                    // One side went away, or this is the cut: the other side sees it as a reset.
                    log.debug("{} ends: {}", name, String.valueOf(e));
                    cut();
                  }
                });
    threads.add(thread);
    thread.start();
  }

  private static void read(Socket from, BlockingQueue<Piece> wire, Supplier<LinkFaults> faults)
      throws IOException, InterruptedException {
    InputStream in = from.getInputStream();
    LinkClock clock = new LinkClock();
    byte[] buffer = new byte[PIECE_BYTES];
    long passed = 0;
    boolean isSilent = false;
    while (true) {
      int count = in.read(buffer);
      LinkFaults now = faults.get();
      isSilent |= now.isSilent();
      if (isSilent) {
        if (count < 0) {
          return; // The end is swallowed too.
        }
        continue;
      }
      if (count < 0) {
        wire.put(new Piece.End(clock.release(0, now, System.nanoTime())));
        return;
      }
      int carried = Math.clamp(now.bytesUntilCut() - passed, 0, count);
      passed += carried;
      long release = clock.release(carried, now, System.nanoTime());
      if (carried > 0) {
        wire.put(new Piece.Bytes(ByteBuffer.wrap(Arrays.copyOf(buffer, carried)), release));
      }
      if (passed >= now.bytesUntilCut()) {
        wire.put(new Piece.Cut(release));
        return;
      }
    }
  }

  private void write(BlockingQueue<Piece> wire, Socket to)
      throws IOException, InterruptedException {
    while (true) {
      Piece piece = wire.take();
      awaitTime(piece.releaseNanos());
      switch (piece) {
        case Piece.Bytes bytes -> to.getOutputStream().write(bytes.bytes().array());
        case Piece.End end -> {
          to.shutdownOutput();
          if (ended.incrementAndGet() == 2) {
            close();
          }
          return;
        }
        case Piece.Cut cut -> {
          cut();
          return;
        }
      }
    }
  }

  private static void awaitTime(long nanos) throws InterruptedException {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException("cut");
      }
    }
  }

  /** Resets both sides: what is under way is lost. Repeating it is harmless. */
  void cut() {
    if (isClosed.compareAndSet(false, true)) {
      reset(client);
      reset(server);
      threads.forEach(Thread::interrupt);
      onClosed.accept(this);
    }
  }

  private void close() {
    if (isClosed.compareAndSet(false, true)) {
      close(client);
      close(server);
      onClosed.accept(this);
    }
  }

  /** Without lingering, close sends RST: the peer's reads and writes fail at once. */
  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      log.debug("a socket was closed before it was cut", e);
    }
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("a socket could not be closed", e);
    }
  }
}
