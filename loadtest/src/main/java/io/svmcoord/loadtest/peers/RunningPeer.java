package io.svmcoord.loadtest.peers;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.report.Json;
import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One system as it runs: its server, its host and its devices. Confined to one thread at a time.
 */
final class RunningPeer implements AutoCloseable {
  private static final Duration GROW_TIMEOUT = Duration.ofMinutes(3);

  /** Above what a host takes before it gives up by itself. */
  private static final Duration TURN_TIMEOUT = Duration.ofMinutes(15);

  private final Peer peer;
  private final PeerServer server;
  private final Conversation host;
  private final @Nullable Conversation devices;
  private long acks;

  private RunningPeer(
      Peer peer, PeerServer server, Conversation host, @Nullable Conversation devices) {
    this.peer = peer;
    this.server = server;
    this.host = host;
    this.devices = devices;
  }

  /**
   * A turn, and what the server took for all of it.
   *
   * @param host what the host found
   * @param serverCpu processor time
   * @param serverAllocatedBytes what it allocated on its heap; empty when it does not tell
   */
  record Turn(HostTurn host, Duration serverCpu, OptionalLong serverAllocatedBytes) {}

  /**
   * Starts its processes; blocks until all are ready.
   *
   * @param devicesMax most devices that will be connected; without any they have no process
   */
  static RunningPeer start(Peer peer, int devicesMax) {
    return start(peer, peer.startServer(), devicesMax);
  }

  /** The same with a server that runs already; ends with it, also if it can't be started. */
  static RunningPeer start(Peer peer, PeerServer server, int devicesMax) {
    List<Conversation> started = new ArrayList<>();
    try {
      PeerTarget target = server.target();
      started.add(Conversation.start(peer.name() + " host", arguments(peer, "host", target, 0)));
      if (devicesMax > 0) {
        started.add(
            Conversation.start(
                peer.name() + " devices", arguments(peer, "devices", target, devicesMax)));
      }
      started.forEach(Conversation::awaitReady);
      return new RunningPeer(
          peer, server, started.getFirst(), devicesMax > 0 ? started.getLast() : null);
    } catch (RuntimeException e) {
      closeClients(started);
      server.close();
      throw e;
    }
  }

  private static List<String> arguments(Peer peer, String role, PeerTarget target, int devicesMax) {
    return Arguments.of("load", "peer-role", role)
        .with("--system", peer.name())
        .with("--port", target.port())
        .with("--space", target.spaceId())
        .with("--devices-max", devicesMax)
        .list();
  }

  String name() {
    return peer.name();
  }

  /** Connects devices until there are so many; blocks until they are. */
  void growTo(int total) {
    if (devices == null) {
      return;
    }
    JsonNode answer = await(devices.ask(new DeviceCount.Order(total)), GROW_TIMEOUT, "devices");
    acks = Json.read(answer, DeviceCount.class).acks();
  }

  /**
   * Takes a turn; blocks until it is over and every ack of it is accounted for.
   *
   * @throws RunFailure when the devices sent another number of acks than the operations needed
   */
  Turn take(HostTurn.Order order) {
    OptionalLong allocatedBefore = server.allocatedBytes();
    Duration before = server.cpuTime();
    JsonNode answer = await(host.ask(order), TURN_TIMEOUT, "operations");
    Duration cpu = server.cpuTime().minus(before);
    OptionalLong allocatedAfter = server.allocatedBytes();
    HostTurn turn = Json.read(answer, HostTurn.class);
    long acksBefore = acks;
    growTo(order.devices());
    long expected = turn.begun() * order.devices();
    if (acks - acksBefore != expected) {
      throw RunFailure.foundWrong(
          "%s: acks: %d (expected: %d, one of each device for each operation)"
              .formatted(name(), acks - acksBefore, expected));
    }
    return new Turn(turn, cpu, difference(allocatedBefore, allocatedAfter));
  }

  private static OptionalLong difference(OptionalLong before, OptionalLong after) {
    return before.isPresent() && after.isPresent()
        ? OptionalLong.of(after.getAsLong() - before.getAsLong())
        : OptionalLong.empty();
  }

  private JsonNode await(CompletableFuture<JsonNode> answer, Duration timeout, String what) {
    CompletableFuture<String> ended =
        server.ended().thenApply(code -> "its server ended with code " + code);
    CompletableFuture<String> devicesBroken = (devices == null ? host : devices).broken();
    Object first =
        Patience.await(
            CompletableFuture.anyOf(answer, devicesBroken, host.broken(), ended),
            timeout,
            name() + ": " + what);
    if (first instanceof JsonNode node) {
      return node;
    }
    throw RunFailure.foundWrong(name() + ": " + first);
  }

  /** Ends its processes, the clients before their server. */
  @Override
  public void close() {
    try (server) {
      closeClients(devices == null ? List.of(host) : List.of(devices, host));
    }
  }

  private static void closeClients(List<Conversation> clients) {
    // All are asked before any is waited for.
    clients.forEach(Conversation::stop);
    clients.forEach(Conversation::close);
  }
}
