package io.svmcoord.loadtest.load;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.svmcoord.loadtest.report.RunFailure;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * All devices of a fan-out run; a process of its own runs it. Confined to one thread; the devices
 * themselves run on event loops.
 */
public final class FanoutDevices implements AutoCloseable {
  private static final Duration SUBSCRIBE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration DETACH_TIMEOUT = Duration.ofSeconds(10);

  /** Devices that connect at once: more would wait in the listener's queue and time out there. */
  private static final int OPENING_MAX = 128;

  private final Connections connections;
  private final boolean areStreamsShared;
  private final List<FanoutDevice> streams = new ArrayList<>();
  private final List<FanoutGateway> gateways = new ArrayList<>();

  /** Devices with a stream each, and where they go. */
  public FanoutDevices(SocketAddress target, int connections, int eventLoops) {
    this(target, connections, eventLoops, false);
  }

  /**
   * Devices, and where they go.
   *
   * @param areStreamsShared whether those of a connection share a gateway
   */
  public FanoutDevices(
      SocketAddress target, int connections, int eventLoops, boolean areStreamsShared) {
    this.connections = Connections.to(target, connections, eventLoops);
    this.areStreamsShared = areStreamsShared;
  }

  /**
   * Opens devices, beyond those that were opened before; blocks until each has subscribed.
   *
   * @param devices how many more
   * @param ttlMillis time to live of their leases, in milliseconds
   * @param onLost told when a session ends before {@link #stop}
   * @throws RunFailure when one is refused
   */
  public void start(int devices, long spaceId, int ttlMillis, Consumer<String> onLost) {
    FanoutSubscription subscription = FanoutSubscription.of(spaceId, ttlMillis);
    int before = streams.size();
    int total = before + devices;
    for (int first = before; first < total; first += OPENING_MAX) {
      int end = Math.min(total, first + OPENING_MAX);
      for (int number = first; number < end; number++) {
        FanoutDevice stream = device(number, subscription);
        streams.add(stream);
        stream.start("load-device-" + number);
      }
      awaitSubscribed(streams.subList(first, end));
    }
    for (int number = before; number < total; number++) {
      String name = "load-device-" + number;
      var _ =
          streams.get(number).closed().thenAccept(status -> onLost.accept(name + ": " + status));
    }
  }

  private FanoutDevice device(int number, FanoutSubscription subscription) {
    if (!areStreamsShared) {
      return new DeviceStream(connections, number, subscription);
    }
    if (number < connections.size()) {
      gateways.add(FanoutGateway.open(connections, number, subscription));
    }
    return gateways.get(number % connections.size()).device();
  }

  private static void awaitSubscribed(List<FanoutDevice> opening) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(
            opening.stream().map(FanoutDevice::subscribed).toArray(CompletableFuture<?>[]::new));
    try {
      all.get(SUBSCRIBE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw refused(e);
    } catch (TimeoutException e) {
      throw RunFailure.foundWrong(
          "devices: not subscribed within " + SUBSCRIBE_TIMEOUT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RunFailure.foundWrong("devices: interrupted while they subscribe", e);
    }
  }

  private static RuntimeException refused(ExecutionException refused) {
    if (refused.getCause() instanceof StatusRuntimeException failure) {
      String message = "a device was refused: " + failure.getStatus();
      return failure.getStatus().getCode() == Status.Code.UNAVAILABLE
          ? RunFailure.unreachable(message, failure)
          : RunFailure.foundWrong(message, failure);
    }
    return new IllegalStateException(refused);
  }

  /** Invalidations that they acked until now, all together. Exact while none runs. Blocks. */
  public long acks() {
    return streams.stream().mapToLong(FanoutDevice::eventsNow).sum();
  }

  /**
   * All devices leave; blocks until they have, for a bounded time.
   *
   * @return invalidations that they acked, all together
   */
  public long stop() {
    streams.forEach(FanoutDevice::detach);
    CompletableFuture<?>[] closed =
        streams.stream().map(FanoutDevice::closed).toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(closed)
        .completeOnTimeout(null, DETACH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    return streams.stream().mapToLong(FanoutDevice::events).sum();
  }

  @Override
  public void close() {
    connections.close();
  }
}
