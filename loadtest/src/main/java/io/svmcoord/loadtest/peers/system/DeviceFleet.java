package io.svmcoord.loadtest.peers.system;

import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the devices of every system have in common: one event loop, a count of acks, connecting in
 * groups. Counted on its event loop, everything else confined to the thread of its owner.
 */
public final class DeviceFleet implements AutoCloseable {
  /** Devices that connect at once: more would wait in the listener's queue and time out there. */
  private static final int CONNECTING_MAX = 128;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration COUNT_TIMEOUT = Duration.ofSeconds(10);

  private final String system;
  private final Consumer<String> onLost;
  private final PeerLoop loop = new PeerLoop();
  private int devices;
  private long acks;
  private volatile boolean isStopping;

  /**
   * The devices of this system.
   *
   * @param onLost told when one's connection ends before {@link #stop}; on the event loop
   */
  public DeviceFleet(String system, Consumer<String> onLost) {
    this.system = system;
    this.onLost = onLost;
  }

  /**
   * Connects more of them; blocks until each is subscribed.
   *
   * @param total how many there are then
   * @param connect starts to connect one; what it returns completes when it is subscribed
   * @throws RunFailure when one fails, or takes too long
   */
  public void growTo(int total, Function<PeerLoop, CompletableFuture<Void>> connect) {
    while (devices < total) {
      List<CompletableFuture<Void>> connecting = new ArrayList<>();
      for (; devices < total && connecting.size() < CONNECTING_MAX; devices++) {
        connecting.add(connect.apply(loop));
      }
      Patience.await(
          CompletableFuture.allOf(connecting.toArray(CompletableFuture<?>[]::new)),
          CONNECT_TIMEOUT,
          system + ": connecting its devices");
    }
  }

  /** One more ack was sent. On the event loop. */
  public void countAck() {
    acks++;
  }

  /** Acks sent until now. */
  public long acks() {
    Supplier<Long> count = () -> acks;
    return Patience.await(
        CompletableFuture.supplyAsync(count, loop.loop()),
        COUNT_TIMEOUT,
        system + ": counting its acks");
  }

  /** A device's connection is gone. */
  public void lost(String why) {
    if (!isStopping) {
      onLost.accept(system + ": lost a device: " + why);
    }
  }

  /** From now on connections end because they are meant to. */
  public void stop() {
    isStopping = true;
  }

  @Override
  public void close() {
    stop();
    loop.close();
  }
}
