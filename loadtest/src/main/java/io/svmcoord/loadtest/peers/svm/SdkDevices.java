package io.svmcoord.loadtest.peers.svm;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.SessionEvent;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.load.FanoutSubscription;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.range.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Devices that mirror with the SDK and have nothing mapped. */
final class SdkDevices implements PeerDevices {
  private static final PageSource NO_PAGES = (spaceId, range, access, timeout) -> List.of();

  private final PeerTarget target;
  private final Consumer<String> onLost;
  private final List<SvmClient> clients = new ArrayList<>();

  /** Counted before the ack is sent, by the SDK's threads. */
  private final LongAdder acks = new LongAdder();

  private volatile boolean isStopping;

  SdkDevices(PeerTarget target, Consumer<String> onLost) {
    this.target = target;
    this.onLost = onLost;
  }

  @Override
  public void growTo(int devices) {
    AddressRange range =
        new AddressRange(0, FanoutSubscription.PAGES * FanoutSubscription.PAGE_BYTES - 1);
    while (clients.size() < devices) {
      SvmClient client = SvmClient.connect("127.0.0.1:" + target.port());
      clients.add(client);
      DeviceSession session =
          client.openDevice(
              DeviceOptions.named("peer-device-" + clients.size())
                  .withTtl(SvmPeer.TTL)
                  .withListener(this::onEvent));
      var _ = session.mirror(target.spaceId(), range, new CountingTable(), NO_PAGES);
    }
  }

  private void onEvent(SessionEvent event) {
    if (!isStopping && !(event instanceof SessionEvent.Connected)) {
      onLost.accept("svm-sdk: lost a device: " + event);
    }
  }

  @Override
  public long acks() {
    return acks.sum();
  }

  @Override
  public void close() {
    isStopping = true;
    clients.forEach(SvmClient::close);
  }

  private final class CountingTable implements DeviceTable {
    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      throw new IllegalStateException("install: of " + range + " (expected: no fault)");
    }

    @Override
    public void invalidate(InvalidationNotice notice) {
      acks.increment();
    }
  }
}
