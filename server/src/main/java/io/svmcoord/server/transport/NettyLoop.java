package io.svmcoord.server.transport;

import io.netty.util.concurrent.EventExecutor;
import io.svmcoord.server.service.Loop;
import java.util.concurrent.TimeUnit;

/** One event loop of Netty. Thread-safe. */
final class NettyLoop implements Loop {
  private final EventExecutor executor;

  NettyLoop(EventExecutor executor) {
    this.executor = executor;
  }

  @Override
  public boolean isCurrent() {
    return executor.inEventLoop();
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  @Override
  public void schedule(Runnable task, long delayNanos) {
    var _ = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }
}
