package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Settings of a client. Confined to one thread. */
final class ClientBuilder implements SvmClient.Builder {
  private static final Duration DEADLINE_DEFAULT = Duration.ofSeconds(10);

  private final String target;
  private String clientName = "svm-client";
  private Duration deadline = DEADLINE_DEFAULT;
  private @Nullable Executor callbackExecutor;
  private @Nullable ClientEnvironment environment;
  private boolean isStreamShared;

  ClientBuilder(String target) {
    this.target = requireNonNull(target, "target");
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

  @Override
  public SvmClient.Builder environment(ClientEnvironment other) {
    environment = requireNonNull(other, "environment");
    return this;
  }

  @Override
  public SvmClient.Builder sharedStream(boolean isShared) {
    isStreamShared = isShared;
    return this;
  }

  @Override
  public SvmClient build() {
    ClientEnvironment here = environment == null ? ClientEnvironment.system() : environment;
    Executor callbacks = callbackExecutor == null ? here.background() : callbackExecutor;
    ManagedChannel connected = here.connect(target, clientName);
    ManagedChannel channel = isStreamShared ? new GatewayChannel(connected, here) : connected;
    return new SvmClientImpl(
        new ClientRuntime(here, channel, new SharedConnection(channel, here), callbacks, deadline));
  }
}
