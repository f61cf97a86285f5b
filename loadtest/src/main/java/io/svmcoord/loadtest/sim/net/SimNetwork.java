package io.svmcoord.loadtest.sim.net;

import io.grpc.ClientInterceptor;
import io.grpc.ServerServiceDefinition;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.core.Simulation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * The network between the processes of a simulation: who listens where, who is connected to whom,
 * and what goes wrong. Confined to its simulation.
 */
public final class SimNetwork {
  /** When an attempt that nobody answers is made again: TCP's first retransmissions. */
  private static final long[] RETRANSMIT_NANOS = {
    1_000_000_000L, 2_000_000_000L, 4_000_000_000L, 8_000_000_000L
  };

  private final Simulation simulation;
  private final LinkTimes times;
  private final RandomGenerator random;
  private final Map<String, SimServer> servers = new HashMap<>();
  private final List<SimConnection> connections = new ArrayList<>();
  private final Map<SimProcess, Outage> outages = new HashMap<>();
  private int connectionCount;
  private int responseWindowBytes = Window.BYTES_DEFAULT;

  /** Until when a process gets no connection, and whether it is told so at once. */
  private record Outage(long untilNanos, boolean isTold) {
    static final Outage NONE = new Outage(0, true);
  }

  /** A network where nobody listens yet. */
  public SimNetwork(Simulation simulation, LinkTimes times) {
    this.simulation = simulation;
    this.times = times;
    this.random = simulation.newRandom();
  }

  /** The simulation that it is part of. */
  public Simulation simulation() {
    return simulation;
  }

  /** Makes the window of responses of each call this large from now on, before there is a call. */
  public void narrowResponses(int bytes) {
    responseWindowBytes = bytes;
  }

  int responseWindowBytes() {
    return responseWindowBytes;
  }

  LinkTimes times() {
    return times;
  }

  /**
   * A process serves at an address, on threads that may block: each call has one of its own.
   *
   * @param target the address; who listened there before is replaced
   */
  public void listen(String target, SimProcess process, List<ServerServiceDefinition> services) {
    listen(target, process, services, _ -> new SerialThread(process));
  }

  /**
   * A process serves at an address.
   *
   * @param threads what runs the callbacks of one call, by the number of its connection; called
   *     from events of the process, in the order of the frames
   */
  public void listen(
      String target,
      SimProcess process,
      List<ServerServiceDefinition> services,
      IntFunction<Executor> threads) {
    servers.put(target, new SimServer(process, services, threads));
    process.onCrash(() -> closeAllOf(process));
  }

  /**
   * A channel of a process to an address; the first call connects.
   *
   * @param taps see its calls
   */
  public SimChannel connect(String target, SimProcess client, ClientInterceptor... taps) {
    client.onCrash(() -> closeAllOf(client));
    return new SimChannel(this, target, client, taps);
  }

  /** The living connections, oldest first. */
  public List<SimConnection> connections() {
    return List.copyOf(connections);
  }

  /** The living connections of a process, whichever side it is, oldest first. */
  public List<SimConnection> connectionsOf(SimProcess process) {
    return connections.stream()
        .filter(one -> one.client().equals(process) || one.server().equals(process))
        .toList();
  }

  // Faults.

  /** For a while whoever wants to connect from a process is refused at once. */
  public void refuse(SimProcess client, long nanos) {
    outages.put(client, new Outage(simulation.nowNanos() + nanos, true));
  }

  /** For a while whoever wants to connect from a process gets no answer. */
  public void ignore(SimProcess client, long nanos) {
    outages.put(client, new Outage(simulation.nowNanos() + nanos, false));
  }

  private void closeAllOf(SimProcess process) {
    connectionsOf(process).forEach(connection -> connection.closedBy(process));
  }

  // Connections.

  /** A channel wants a connection; it is told of success or failure with its number. */
  void dial(SimChannel channel, String target, int attempt) {
    dial(channel, target, attempt, 0);
  }

  private void dial(SimChannel channel, String target, int attempt, int tries) {
    var _ = simulation.schedule(times.draw(random), () -> arrive(channel, target, attempt, tries));
  }

  private void arrive(SimChannel channel, String target, int attempt, int tries) {
    SimProcess client = channel.process();
    SimServer server = servers.get(target);
    Outage outage = outages.getOrDefault(client, Outage.NONE);
    boolean isOut = simulation.nowNanos() < outage.untilNanos;
    if (isOut && !outage.isTold && tries < RETRANSMIT_NANOS.length) {
      var _ =
          simulation.schedule(
              RETRANSMIT_NANOS[tries], () -> dial(channel, target, attempt, tries + 1));
    } else if (isOut || server == null || server.process().isCrashed() || client.isCrashed()) {
      var _ = client.schedule(times.draw(random), () -> channel.refused(attempt));
    } else {
      accept(channel, server, attempt);
    }
  }

  private void accept(SimChannel channel, SimServer server, int attempt) {
    SimConnection connection = new SimConnection(this, ++connectionCount, channel, server, attempt);
    connections.add(connection);
    // The kernel accepts, but it is the process that answers with its settings.
    var _ = server.process().schedule(0, connection::greet);
  }

  /** A connection is over. */
  void remove(SimConnection connection) {
    connections.remove(connection);
  }
}
