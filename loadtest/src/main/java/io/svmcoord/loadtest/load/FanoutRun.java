package io.svmcoord.loadtest.load;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.channel.EventLoop;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.AddressSpaceServiceGrpc.AddressSpaceServiceBlockingStub;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import io.svmcoord.v1.DeleteAddressSpaceRequest;
import io.svmcoord.v1.GetNodeRequest;
import io.svmcoord.v1.GetNodeResponse;
import io.svmcoord.v1.IntrospectionServiceGrpc;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Measures the acked fan-out: a begin, an event to every device, their acks, the begin's answer.
 * The coordinator and the devices are processes of their own; the host runs here. Confined to one
 * thread.
 */
public final class FanoutRun {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  /** Above the longest a begin can take: the longest ack deadline and lease, and slack. */
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(150);

  private final FanoutOptions options;

  private FanoutRun(FanoutOptions options) {
    this.options = options;
  }

  /**
   * Runs; blocks for warm-up and duration, and ends every process that it started.
   *
   * @throws RunFailure when a process ends, a session is lost, or the coordinator is out of reach
   */
  public static FanoutReport run(FanoutOptions options) {
    return new FanoutRun(options).run();
  }

  private FanoutReport run() {
    InetSocketAddress target = options.target();
    if (target != null) {
      return measure(target, null);
    }
    try (CoordinatorProcess coordinator = CoordinatorProcess.start()) {
      return measure(coordinator.address(), coordinator.process());
    }
  }

  private FanoutReport measure(InetSocketAddress target, @Nullable ChildProcess coordinator) {
    try (Connections connections = Connections.to(target, 1, 1)) {
      GetNodeResponse node = node(connections, target);
      long spaceId = createSpace(connections);
      try (ChildProcess devices = startDevices(target, spaceId)) {
        devices.awaitReady(START_TIMEOUT);
        Measured measured = measureLoop(connections, spaceId, devices, coordinator);
        long acks = devices.stopAndReport().path("acks").longValue();
        requireAllAcked(measured.host(), acks);
        return report(target, node, measured);
      } finally {
        deleteSpace(connections, spaceId);
      }
    }
  }

  private record Measured(FanoutHost.Measurement host, @Nullable Duration coordinatorCpu) {}

  private Measured measureLoop(
      Connections connections,
      long spaceId,
      ChildProcess devices,
      @Nullable ChildProcess coordinator) {
    FanoutHost host = new FanoutHost(connections, options, spaceId);
    EventLoop loop = Patience.await(host.open(), CALL_TIMEOUT, "the host's session");
    CompletableFuture<Object> broken =
        CompletableFuture.anyOf(
            devices.ended().thenApply(code -> "the devices' process ended with code " + code),
            host.closed().thenApply(status -> "the host's session ended: " + status));
    loop.execute(host::startLoop);
    runFor(options.warmup(), broken);
    Duration cpuBefore = cpuTime(coordinator);
    loop.execute(host::startMeasuring);
    runFor(options.duration(), broken);
    loop.execute(host::stopLoop);
    Duration cpuAfter = cpuTime(coordinator);
    Patience.await(host.drained(), DRAIN_TIMEOUT, "the end of the last operations");
    CompletableFuture<FanoutHost.Measurement> measurement =
        CompletableFuture.supplyAsync(host::measurement, loop);
    FanoutHost.Measurement measured = Patience.await(measurement, CALL_TIMEOUT, "the measurement");
    loop.execute(host::detach);
    Patience.await(host.closed(), CALL_TIMEOUT, "the end of the host's session");
    return new Measured(measured, coordinator == null ? null : cpuAfter.minus(cpuBefore));
  }

  private ChildProcess startDevices(InetSocketAddress target, long spaceId) {
    Arguments arguments =
        Arguments.of("load", "fanout-devices")
            .with("--target", name(target))
            .with("--space", spaceId)
            .with("--devices", options.devices())
            .with("--connections", options.connections())
            .with("--ttl", options.ttl());
    return ChildProcess.start("devices", arguments.list(), line -> {});
  }

  /** Runs on; comes back when the time is over, or fails at once when something breaks. */
  private static void runFor(Duration time, CompletableFuture<Object> broken) {
    try {
      Object what = broken.get(time.toNanos(), TimeUnit.NANOSECONDS);
      throw RunFailure.foundWrong(what + " during the run");
    } catch (TimeoutException e) {
      // As it should be: the time is over and nothing broke.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RunFailure.foundWrong("interrupted during the run", e);
    } catch (ExecutionException e) {
      throw RunFailure.foundWrong("the run broke off: " + e.getCause(), e);
    }
  }

  private static Duration cpuTime(@Nullable ChildProcess coordinator) {
    return coordinator == null ? Duration.ZERO : coordinator.cpuTime();
  }

  private static GetNodeResponse node(Connections connections, InetSocketAddress target) {
    try {
      return IntrospectionServiceGrpc.newBlockingStub(connections.channel(0))
          .withDeadlineAfter(CALL_TIMEOUT)
          .getNode(GetNodeRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
        throw RunFailure.unreachable(
            "--target: " + name(target) + " (expected: a running coordinator)", e);
      }
      throw e;
    }
  }

  private static AddressSpaceServiceBlockingStub spaces(Connections connections) {
    return AddressSpaceServiceGrpc.newBlockingStub(connections.channel(0))
        .withDeadlineAfter(CALL_TIMEOUT);
  }

  private static long createSpace(Connections connections) {
    CreateAddressSpaceRequest request =
        CreateAddressSpaceRequest.newBuilder()
            .setName("load-fanout-" + UUID.randomUUID())
            .setPageSize(FanoutSubscription.PAGE_BYTES)
            .build();
    return spaces(connections).createAddressSpace(request).getAddressSpace().getId();
  }

  private static void deleteSpace(Connections connections, long spaceId) {
    spaces(connections)
        .deleteAddressSpace(DeleteAddressSpaceRequest.newBuilder().setId(spaceId).build());
  }

  private void requireAllAcked(FanoutHost.Measurement host, long acks) {
    long expected = host.begins() * options.devices();
    if (host.incomplete() == 0 && acks != expected) {
      throw RunFailure.foundWrong(
          "acks: " + acks + " (expected: " + expected + ", one of each device for each begin)");
    }
  }

  private FanoutReport report(InetSocketAddress target, GetNodeResponse node, Measured measured) {
    FanoutHost.Measurement host = measured.host();
    Histogram latency = host.latency();
    long ops = latency.getTotalCount();
    Duration cpu = measured.coordinatorCpu();
    return new FanoutReport(
        options.devices(),
        options.connections(),
        options.outstanding(),
        Numbers.seconds(host.nanos()),
        Numbers.seconds(options.warmup().toNanos()),
        ops,
        Numbers.perSecond(ops, host.nanos()),
        Numbers.perSecond(ops * options.devices(), host.nanos()),
        Numbers.micros(latency.getValueAtPercentile(50)),
        Numbers.micros(latency.getValueAtPercentile(99)),
        Numbers.micros(latency.getValueAtPercentile(99.9)),
        Numbers.micros(latency.getMaxValue()),
        Numbers.micros(Math.round(latency.getMean())),
        host.incomplete(),
        cpu == null ? null : Numbers.seconds(cpu.toNanos()),
        name(target),
        node.getTransport(),
        node.getEventLoops(),
        node.getVersion(),
        Runtime.version().toString(),
        Runtime.getRuntime().availableProcessors());
  }

  private static String name(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
