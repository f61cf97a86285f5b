package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.relay.Relay;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.process.MemoryUse;
import io.svmcoord.loadtest.report.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Function;

/**
 * What the processes of a comparison do: each reads orders, a line of JSON each, answers each with
 * a line, and ends with its input. The first line says that it is ready. Confined to one thread.
 */
public final class PeerRole {
  private final Peer peer;
  private final BufferedReader orders;
  private final PrintWriter answers;

  /**
   * A role for this system.
   *
   * @throws IllegalArgumentException when there is no such system
   */
  public PeerRole(String system, BufferedReader orders, PrintWriter answers) {
    this.peer = PeerCatalog.of(system);
    this.orders = orders;
    this.answers = answers;
  }

  /** Plays the host, which takes turns ({@link HostTurn.Order}). */
  public void host(PeerTarget target) throws IOException {
    try (ClosedLoop loop = new ClosedLoop(listener -> peer.connectHost(target, listener))) {
      say(Map.of("ready", true));
      answerOrders(HostTurn.Order.class, loop::take);
    }
  }

  /** Plays all devices, which connect as they are told to ({@link DeviceCount.Order}). */
  public void devices(PeerTarget target, int devicesMax) throws IOException {
    try (PeerDevices devices =
        peer.prepareDevices(target, devicesMax, why -> say(Map.of("lost", why)))) {
      say(Map.of("ready", true));
      answerOrders(
          DeviceCount.Order.class,
          order -> {
            devices.growTo(order.devices());
            return new DeviceCount(order.devices(), devices.acks());
          });
    }
  }

  /**
   * Plays the server, which is asked for its memory alone ({@link MemoryUse.Order}).
   *
   * @throws IllegalArgumentException when the system's server is no part of this program
   */
  public void server() throws IOException {
    if (!(peer instanceof Relay relay)) {
      throw new IllegalArgumentException(
          "system: " + peer.name() + " (expected: one whose server is a part of this program)");
    }
    try (PeerLoop loop = new PeerLoop()) {
      say(Map.of("ready", true, "port", relay.serve(loop)));
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        MemoryUse.Order.of(line.charAt(0)).map(MemoryUse::of).ifPresent(this::say);
      }
    }
  }

  private <T> void answerOrders(Class<T> type, Function<T, Object> answer) throws IOException {
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      say(answer.apply(Json.read(line, type)));
    }
  }

  private void say(Object line) {
    answers.println(Json.line(line));
    answers.flush();
  }
}
