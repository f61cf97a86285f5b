package io.svmcoord.loadtest.peers.system;

import java.util.function.Consumer;

/** A system whose operation is between host and server alone. */
public interface CallsPeer extends Peer {
  @Override
  default int devicesMin() {
    return 0;
  }

  @Override
  default int devicesMax() {
    return 0;
  }

  @Override
  default PeerDevices prepareDevices(PeerTarget target, int devices, Consumer<String> onLost) {
    throw new UnsupportedOperationException(name() + " has no devices");
  }
}
