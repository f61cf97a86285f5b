package io.svmcoord.loadtest.sim.net;

import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.core.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One connection from a client's channel to a server, with its faults. Either side learns on its
 * own that it is over. Confined to its simulation.
 */
public final class SimConnection {
  private static final long NOTICE_NANOS_MAX = 2_000_000;

  /** The server's TCP_USER_TIMEOUT, and its keep-alive with the time for the answer. */
  private static final long SERVER_GIVES_UP_NANOS_MIN = 10_000_000_000L;

  private static final long SERVER_GIVES_UP_NANOS_MAX = 20_000_000_000L;

  /** The client's keep-alive, which runs while there are calls, with the time for the answer. */
  private static final long CLIENT_GIVES_UP_NANOS_MIN = 10_000_000_000L;

  private static final long CLIENT_GIVES_UP_NANOS_MAX = 15_000_000_000L;

  private static final Status LOST = Status.UNAVAILABLE.withDescription("connection lost");

  /** One of its two ways. */
  private static final class Way {
    private boolean isSwallowing;
    private long stalledUntilNanos;

    /** Whether its reader knows, or is gone itself: nothing is read any more. */
    private boolean isOver;
  }

  private final SimNetwork network;
  private final Simulation simulation;
  private final int number;
  private final SimChannel channel;
  private final SimServer server;
  private final RandomGenerator random;
  private final Way toServer = new Way();
  private final Way toClient = new Way();

  /** Calls that are not over at the client. */
  private final List<SimStream> streams = new ArrayList<>();

  /** Calls that are not over at the server. */
  private final List<SimServerCall<?, ?>> served = new ArrayList<>();

  /** The channel's number of the attempt that it answers. */
  private final int attempt;

  private boolean isGreeted;

  /** Nothing that is sent any more will arrive. */
  private boolean isCut;

  private boolean isRetired;

  SimConnection(SimNetwork network, int number, SimChannel channel, SimServer server, int attempt) {
    this.network = network;
    this.simulation = network.simulation();
    this.number = number;
    this.channel = channel;
    this.server = server;
    this.attempt = attempt;
    this.random = simulation.newRandom();
  }

  SimNetwork network() {
    return network;
  }

  /** Its number in the network, from 1. */
  public int number() {
    return number;
  }

  /** Who opened it. */
  public SimProcess client() {
    return channel.process();
  }

  /** Who was called. */
  public SimProcess server() {
    return server.process();
  }

  @Override
  public String toString() {
    return "connection " + number + " of " + client().name();
  }

  // Faults.

  /** Breaks, as by a reset: either side learns it after a moment of its own. */
  public void cut() {
    cut(notice(), notice());
  }

  /** Breaks; what was sent before arrives as long as its reader does not know. */
  public void cut(long clientLearnsNanos, long serverLearnsNanos) {
    if (end("is cut")) {
      var _ = client().schedule(clientLearnsNanos, this::overAtClient);
      var _ = server().schedule(serverLearnsNanos, this::overAtServer);
    }
  }

  /**
   * Becomes half-open: from now on nothing gets through in a direction, and nobody is told. Either
   * side finds out by its keep-alive: the server after 10 to 20 s, the client after 10 to 15 s, but
   * only while it has calls.
   */
  public void swallow(Direction direction) {
    Way way = way(direction);
    if (!isCut && !way.isSwallowing) {
      way.isSwallowing = true;
      note("swallows everything " + direction);
      long after = random.nextLong(SERVER_GIVES_UP_NANOS_MIN, SERVER_GIVES_UP_NANOS_MAX);
      var _ = server().schedule(after, this::serverGivesUp);
      clientPings();
    }
  }

  /** Nothing that is sent from now on arrives in a direction for a while, then all in order. */
  public void stall(Direction direction, long nanos) {
    Way way = way(direction);
    way.stalledUntilNanos = Math.max(way.stalledUntilNanos, simulation.nowNanos() + nanos);
    note("stalls for " + nanos + " ns " + direction);
  }

  /** A process that is on either side died: its kernel tells the other side. */
  void closedBy(SimProcess process) {
    if (process.equals(client())) {
      closedByClient();
    } else {
      closedByServer();
    }
  }

  private void closedByClient() {
    toClient.isOver = true;
    if (end("is closed by its client") && !toServer.isSwallowing) {
      var _ = server().schedule(notice(toServer), this::overAtServer);
    }
  }

  private void closedByServer() {
    toServer.isOver = true;
    if (end("is closed by its server") && !toClient.isSwallowing) {
      var _ = client().schedule(notice(toClient), this::overAtClient);
    }
  }

  private void clientPings() {
    long after = random.nextLong(CLIENT_GIVES_UP_NANOS_MIN, CLIENT_GIVES_UP_NANOS_MAX);
    var _ = client().schedule(after, this::clientGivesUp);
  }

  private void clientGivesUp() {
    if (toClient.isOver) {
      return;
    }
    // One that was never greeted TCP gives up, whose bytes are not acknowledged.
    if (isGreeted && streams.isEmpty()) {
      clientPings();
    } else {
      overAtClient();
      closedByClient();
    }
  }

  private void serverGivesUp() {
    overAtServer();
    closedByServer();
  }

  /** Nothing more arrives; whether that is new. */
  private boolean end(String how) {
    if (isCut) {
      return false;
    }
    isCut = true;
    network.remove(this);
    note(how);
    return true;
  }

  private long notice(Way way) {
    return Math.max(notice(), way.stalledUntilNanos - simulation.nowNanos());
  }

  private long notice() {
    return random.nextLong(NOTICE_NANOS_MAX);
  }

  private void overAtClient() {
    if (toClient.isOver) {
      return;
    }
    toClient.isOver = true;
    if (isGreeted) {
      channel.connectionLost(this);
    } else {
      channel.refused(attempt);
    }
    List.copyOf(streams).forEach(stream -> stream.client().closed(LOST, new Metadata()));
  }

  private void overAtServer() {
    if (!toServer.isOver) {
      toServer.isOver = true;
      List.copyOf(served).forEach(SimServerCall::cancelled);
    }
  }

  // Its beginning.

  /** The server's first frame: the channel may use it. */
  void greet() {
    var _ = send(Direction.TO_CLIENT, 0, this::greeted);
  }

  private void greeted() {
    isGreeted = true;
    if (!channel.connected(this, attempt)) {
      retire();
    }
  }

  // Calls.

  SimServer serving() {
    return server;
  }

  /** A call begins at the client. */
  void add(SimStream stream) {
    streams.add(stream);
  }

  /** A call is over at the client. */
  void remove(SimStream stream) {
    streams.remove(stream);
    closeIfUnused();
  }

  /** A call begins at the server. */
  void serve(SimServerCall<?, ?> call) {
    served.add(call);
  }

  /** A call is over at the server. */
  void served(SimServerCall<?, ?> call) {
    served.remove(call);
  }

  /** Its channel calls on it no more; it closes after its last call. */
  void retire() {
    isRetired = true;
    closeIfUnused();
  }

  private void closeIfUnused() {
    if (isRetired && streams.isEmpty()) {
      closedByClient();
    }
  }

  /**
   * Sends a frame.
   *
   * @param notBeforeNanos when the last frame of its stream arrives
   * @return when it arrives, if it does
   */
  long send(Direction direction, long notBeforeNanos, Runnable arrival) {
    if (isCut) {
      return notBeforeNanos;
    }
    Way way = way(direction);
    long now = simulation.nowNanos();
    long at = Math.max(now + network.times().draw(random), notBeforeNanos);
    at = Math.max(at, way.stalledUntilNanos);
    SimProcess reader = direction == Direction.TO_SERVER ? server() : client();
    var _ = reader.schedule(at - now, () -> arrive(way, arrival));
    return at;
  }

  private static void arrive(Way way, Runnable arrival) {
    if (!way.isOver && !way.isSwallowing) {
      arrival.run();
    }
  }

  private Way way(Direction direction) {
    return direction == Direction.TO_SERVER ? toServer : toClient;
  }

  private void note(String what) {
    if (simulation.trace().isOn()) {
      simulation.note("network", this + " " + what);
    }
  }
}
