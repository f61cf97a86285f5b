package io.svmcoord.loadtest.peers.broker;

import io.svmcoord.loadtest.peers.system.DeviceFleet;
import io.svmcoord.loadtest.peers.system.Payload;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Devices that watch the event's key, each setting a key of its own for each change. */
final class EtcdDevices implements PeerDevices {
  private final PeerTarget target;
  private final DeviceFleet fleet;
  private final List<EtcdClient> clients = new ArrayList<>();

  EtcdDevices(PeerTarget target, Consumer<String> onLost) {
    this.target = target;
    this.fleet = new DeviceFleet("etcd", onLost);
  }

  @Override
  public void growTo(int devices) {
    fleet.growTo(devices, this::connect);
  }

  private CompletableFuture<Void> connect(PeerLoop loop) {
    EtcdClient client = new EtcdClient(loop, target, fleet::lost);
    String key = EtcdPeer.ACKS + clients.size();
    clients.add(client);
    return client.watch(
        EtcdPeer.EVENT,
        EtcdPeer.EVENT_END,
        id -> {
          fleet.countAck();
          client.put(key, id, Payload.ID_BYTES);
        });
  }

  @Override
  public long acks() {
    return fleet.acks();
  }

  @Override
  public void close() {
    fleet.stop();
    clients.forEach(EtcdClient::close);
    fleet.close();
  }
}
