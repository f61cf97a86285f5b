package io.svmcoord.loadtest.peers.svm;

import io.svmcoord.loadtest.load.FanoutDevices;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import java.net.SocketAddress;
import java.util.function.Consumer;

/** The devices of {@code svm load fanout}. */
final class SvmDevices implements PeerDevices {
  private final String system;
  private final FanoutDevices fanout;
  private final long spaceId;
  private final Consumer<String> onLost;
  private int devices;
  private volatile boolean isStopping;

  SvmDevices(
      String system,
      SocketAddress target,
      long spaceId,
      int connections,
      boolean areStreamsShared,
      Consumer<String> onLost) {
    this.system = system;
    this.fanout = new FanoutDevices(target, connections, 1, areStreamsShared);
    this.spaceId = spaceId;
    this.onLost = onLost;
  }

  @Override
  public void growTo(int total) {
    fanout.start(total - devices, spaceId, Math.toIntExact(SvmPeer.TTL.toMillis()), this::onLost);
    devices = total;
  }

  private void onLost(String why) {
    if (!isStopping) {
      onLost.accept(system + ": lost a device: " + why);
    }
  }

  @Override
  public long acks() {
    return fanout.acks();
  }

  @Override
  public void close() {
    isStopping = true;
    fanout.stop();
    fanout.close();
  }
}
