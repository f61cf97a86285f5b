package io.svmcoord.loadtest.chaos;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.svmcoord.loadtest.ctl.Coordinator;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.loadtest.report.Latencies;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Lets one device stop reading its stream while a host floods its space, and measures the begins of
 * another space before, meanwhile and afterwards, so that a drift of the machine falls on both. The
 * flood is the same all the time. Confined to one thread.
 */
public final class UnreadRun {
  private static final Duration WARMUP_MAX = Duration.ofSeconds(5);

  /** Above the ack deadline of the flood's begins. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(90);

  /** From the answer of an end until the device has to have been told of it. */
  private static final Duration TOLD_MAX = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(20);

  /** Fixed, so that it does not grow while it is measured. */
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  private static final double P50 = 50;
  private static final double P99 = 99;

  private final UnreadOptions options;
  private final Consumer<String> news;
  private final ServerConfig.Limits limits = ServerConfig.defaults().limits();
  private final HeapSamples heap = new HeapSamples();

  private UnreadRun(UnreadOptions options, Consumer<String> news) {
    this.options = options;
    this.news = news;
  }

  /**
   * Runs it; blocks until it is over and every process has ended.
   *
   * @param news told of each step
   * @throws RunFailure when a process or a session ends
   */
  public static UnreadReport run(UnreadOptions options, Consumer<String> news) {
    return new UnreadRun(options, news).run();
  }

  private UnreadReport run() {
    Arguments arguments =
        Arguments.SERVE.and(
            "--set=limits.outbound-bytes-per-session=" + limits.outboundBytesPerSession(),
            "--set=limits.outbound-notices-per-session=" + limits.outboundNoticesPerSession());
    try (CoordinatorProcess process = CoordinatorProcess.start(Launch.SAME, arguments)) {
      InetSocketAddress address = process.address();
      long spaceId;
      try (Coordinator coordinator = Coordinator.at(address)) {
        spaceId = coordinator.createSpace("unread", UnreadDevice.PAGE_BYTES).id();
      }
      ManagedChannel ofDevice = channel(address);
      ManagedChannel ofHost = channel(address);
      try (ScheduledExecutorService timer =
              Executors.newSingleThreadScheduledExecutor(
                  Thread.ofPlatform().daemon().name("unread-timer").factory());
          Neighbours beside = new Neighbours(process.target(), news)) {
        try {
          RoleProcess measured = beside.startHost("measured", 0);
          var _ = beside.startDevices(measured, "device", options.devices());
          UnreadDevice device = new UnreadDevice(ofDevice, timer, spaceId);
          Patience.await(device.open(), ANSWER_TIMEOUT, "the subscription");
          FloodHost flood = new FloodHost(ofHost, timer, spaceId, options.beginsPerSecond());
          Patience.await(flood.open(), ANSWER_TIMEOUT, "the host's session");
          measured.go();
          return measure(process, measured, flood, device);
        } finally {
          timer.shutdownNow();
        }
      } finally {
        ofDevice.shutdownNow();
        ofHost.shutdownNow();
      }
    }
  }

  private static ManagedChannel channel(InetSocketAddress address) {
    return NettyChannelBuilder.forAddress(address, InsecureChannelCredentials.create())
        .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
        .build();
  }

  private UnreadReport measure(
      CoordinatorProcess coordinator, RoleProcess measured, FloodHost flood, UnreadDevice device) {
    Duration half = options.duration().dividedBy(2);
    flood.start();
    LockSupport.parkNanos(Math.min(WARMUP_MAX.toNanos(), half.toNanos())); // Everybody compiles.
    Histogram read = begins(measured, half);
    news.accept("measured while all is read");

    quiet(flood);
    Patience.await(flood.beginAndEnd(), ANSWER_TIMEOUT, "a begin that the device has read");
    UnreadDevice.Told before = device.told();
    final double heapBefore = collectedMb(coordinator);
    device.stopReading();
    long startNanos = System.nanoTime();
    long beginsBefore = flood.begins();
    flood.start();
    Histogram unread;
    QueueWatch.Most most;
    try (QueueWatch watch = new QueueWatch(coordinator.adminUrl())) {
      unread = begins(measured, options.duration());
      most = watch.most();
    }
    quiet(flood);
    final long floodBegins = flood.begins() - beginsBefore;
    final double heapAfter = collectedMb(coordinator);
    final double unreadS = Numbers.seconds(System.nanoTime() - startNanos);
    news.accept("not read for %.1f s".formatted(unreadS));

    device.read();
    Patience.await(flood.beginAndEnd(), ANSWER_TIMEOUT, "the begin after the device reads again");
    UnreadDevice.Told after = toldOfAllEnds(device);

    flood.start();
    read.add(begins(measured, half));
    quiet(flood);
    if (most.samples() == 0) {
      throw RunFailure.foundWrong("the coordinator's queues were never sampled");
    }
    double readP99 = percentileMs(read, P99);
    double unreadP99 = percentileMs(unread, P99);
    return new UnreadReport(
        unreadS,
        floodBegins,
        most.bytes(),
        limits.outboundBytesPerSession(),
        most.notices(),
        limits.outboundNoticesPerSession(),
        heapBefore,
        heapAfter,
        after.catchUps() - before.catchUps(),
        after.resyncs() - before.resyncs(),
        after.running(),
        read.getTotalCount(),
        percentileMs(read, P50),
        readP99,
        unread.getTotalCount(),
        percentileMs(unread, P50),
        unreadP99,
        unreadP99 / readP99);
  }

  private static double percentileMs(Histogram begins, double percentile) {
    return Numbers.millis(begins.getValueAtPercentile(percentile));
  }

  private static void quiet(FloodHost flood) {
    Patience.await(flood.stop(), ANSWER_TIMEOUT, "the answers to the flood");
  }

  /** Begins of the space beside it, during a time from a moment after now on. */
  private static Histogram begins(RoleProcess measured, Duration time) {
    LockSupport.parkNanos(Neighbours.SETTLE.toNanos());
    Histogram before = Neighbours.begins(measured);
    LockSupport.parkNanos(time.toNanos());
    Histogram begins = Latencies.create();
    begins.add(Neighbours.begins(measured));
    begins.subtract(before);
    if (begins.getTotalCount() == 0) {
      throw RunFailure.foundWrong("no begin was answered beside it (expected: some)");
    }
    return begins;
  }

  /** What the device was told, once it knows of nothing that runs, or should. */
  private static UnreadDevice.Told toldOfAllEnds(UnreadDevice device) {
    long startNanos = System.nanoTime();
    UnreadDevice.Told told = device.told();
    while (told.running() > 0 && System.nanoTime() - startNanos < TOLD_MAX.toNanos()) {
      LockSupport.parkNanos(POLL.toNanos());
      told = device.told();
    }
    return told;
  }

  private double collectedMb(CoordinatorProcess coordinator) {
    try {
      return heap.collectedMb(coordinator);
    } catch (IOException e) {
      throw RunFailure.foundWrong("the coordinator's heap: not known: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RunFailure.foundWrong("interrupted during the run", e);
    }
  }
}
