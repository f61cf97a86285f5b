package io.svmcoord.loadtest.sim.node;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.svmcoord.client.ClientEnvironment;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.core.SimTimer;
import io.svmcoord.loadtest.sim.net.SimNetwork;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;

/** Where a client of the SDK runs: a simulated process. Confined to its simulation. */
public final class SimEnvironment implements ClientEnvironment {
  private final SimNetwork network;
  private final SimProcess process;
  private final ClientInterceptor[] taps;
  private boolean isClosed;

  /**
   * The environment of one client in a process.
   *
   * @param taps see the client's calls
   */
  public SimEnvironment(SimNetwork network, SimProcess process, ClientInterceptor... taps) {
    this.network = network;
    this.process = process;
    this.taps = taps.clone();
  }

  @Override
  public ManagedChannel connect(String target, String userAgent) {
    return network.connect(target, process, taps);
  }

  @Override
  public Executor background() {
    return process::start;
  }

  @Override
  public Scheduled schedule(Runnable task, long delayNanos) {
    SimTimer timer = process.after(delayNanos, () -> runIfOpen(task));
    return timer::cancel;
  }

  private void runIfOpen(Runnable task) {
    if (!isClosed) {
      task.run();
    }
  }

  @Override
  public long nanos() {
    return process.clock().nanos();
  }

  @Override
  public long wallMillis() {
    return process.clock().wallMillis();
  }

  @Override
  public RandomGenerator random() {
    return process.random();
  }

  @Override
  public <T> T await(CompletableFuture<T> future, long nanos)
      throws ExecutionException, TimeoutException, InterruptedException {
    return process.await(future, nanos);
  }

  @Override
  public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
    process.await(lock, condition, nanos);
  }

  @Override
  public void pause(long nanos) {
    process.sleep(nanos);
  }

  @Override
  public void close() {
    isClosed = true;
  }
}
