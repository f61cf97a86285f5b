package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Settings of a client. Confined to one thread. */
final class ClientBuilder implements SvmClient.Builder {
  private final String target;
  private String clientName = "svm-client";
  private Duration deadline = Duration.ofSeconds(10);
  private Executor callbackExecutor = Executors.newVirtualThreadPerTaskExecutor();

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
  public SvmClient build() {
    throw new UnsupportedOperationException(
        "client %s to %s, deadline %s, %s"
            .formatted(clientName, target, deadline, callbackExecutor));
  }
}
