package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;

/** Settings of a client. Confined to one thread. */
final class ClientBuilder implements SvmClient.Builder {
  private static final Duration DEADLINE_DEFAULT = Duration.ofSeconds(10);

  private Supplier<ManagedChannel> channel;
  private String clientName = "svm-client";
  private Duration deadline = DEADLINE_DEFAULT;
  private Executor callbackExecutor = ClientRuntime.BACKGROUND;
  private TimeSource time = TimeSource.SYSTEM;

  ClientBuilder(String target) {
    requireNonNull(target, "target");
    this.channel = () -> Channels.open(target, clientName);
  }

  @Override
  public SvmClient.Builder clientName(String name) {
    clientName = requireNonNull(name, "name");
    return this;
  }

  @Override
  public SvmClient.Builder deadline(Duration limit) {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException("deadline: %s (expected: above 0)".formatted(limit));
    }
    deadline = limit;
    return this;
  }

  @Override
  public SvmClient.Builder callbackExecutor(Executor executor) {
    callbackExecutor = requireNonNull(executor, "executor");
    return this;
  }

  /** Another channel, for tests. */
  ClientBuilder channel(ManagedChannel other) {
    channel = () -> other;
    return this;
  }

  /** Other clocks, for tests. */
  ClientBuilder time(TimeSource other) {
    time = other;
    return this;
  }

  @Override
  public SvmClient build() {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("svm-client-timer").factory());
    scheduler.setRemoveOnCancelPolicy(true);
    return new SvmClientImpl(
        new ClientRuntime(channel.get(), scheduler, callbackExecutor, deadline, time));
  }
}
