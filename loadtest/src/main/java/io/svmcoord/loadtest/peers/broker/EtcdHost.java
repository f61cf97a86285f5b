package io.svmcoord.loadtest.peers.broker;

import io.netty.channel.EventLoop;
import io.svmcoord.loadtest.peers.system.AckCounts;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.Payload;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;

/** Sets the event's key and counts the changes of the devices' keys. */
final class EtcdHost implements PeerHost {
  private static final Duration WATCH_TIMEOUT = Duration.ofSeconds(10);

  private final PeerLoop loop = new PeerLoop();
  private final AckCounts acks = new AckCounts();
  private final OperationListener listener;
  private final EtcdClient client;

  private EtcdHost(PeerTarget target, OperationListener listener) {
    this.listener = listener;
    this.client = new EtcdClient(loop, target, why -> listener.failed("etcd: the host's " + why));
  }

  /** Connects; blocks until it watches. */
  static EtcdHost connect(PeerTarget target, OperationListener listener) {
    EtcdHost host = new EtcdHost(target, listener);
    try {
      Patience.await(
          host.client.watch(EtcdPeer.ACKS, EtcdPeer.ACKS_END, host::onAck),
          WATCH_TIMEOUT,
          "etcd: the watch");
      return host;
    } catch (RunFailure e) {
      host.close();
      throw e;
    }
  }

  private void onAck(long id) {
    if (acks.ack(id)) {
      listener.completed(AckCounts.slot(id), acks.acks(id));
    }
  }

  @Override
  public EventLoop loop() {
    return loop.loop();
  }

  @Override
  public void begin(int slot, int devices) {
    long id = acks.nextId(slot);
    acks.begin(id, devices);
    client.put(EtcdPeer.EVENT, id, Payload.BYTES);
  }

  @Override
  public void flush() {
    // gRPC flushes what was written on its event loop when the loop has nothing else to do.
  }

  @Override
  public void close() {
    client.close();
    loop.close();
  }
}
