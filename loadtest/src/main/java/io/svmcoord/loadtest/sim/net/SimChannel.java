package io.svmcoord.loadtest.sim.net;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.svmcoord.loadtest.sim.core.SimProcess;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A channel with one connection at a time, as gRPC's with pick_first: it connects for the first
 * call, is idle again when the connection breaks, and after a failed attempt lets calls fail at
 * once until a later attempt, after a back-off, succeeds. Confined to its simulation.
 */
public final class SimChannel extends ManagedChannel {
  // gRPC's back-off, of its document connection-backoff.md.
  private static final double BACKOFF_NANOS_FIRST = 1e9;
  private static final double BACKOFF_FACTOR = 1.6;
  private static final double BACKOFF_NANOS_MAX = 120e9;
  private static final double BACKOFF_JITTER = 0.2;

  private static final Status SHUT_DOWN =
      Status.UNAVAILABLE.withDescription("Channel shutdown invoked");
  private static final Status SHUT_DOWN_NOW =
      Status.UNAVAILABLE.withDescription("Channel shutdownNow invoked");
  private static final Status REFUSED = Status.UNAVAILABLE.withDescription("io exception");

  private final SimNetwork network;
  private final String target;
  private final SimProcess process;
  private final RandomGenerator random;
  private final SerialThread thread;
  private final Channel tapped;
  private final Set<SimClientCall<?, ?>> waiting = new LinkedHashSet<>();
  private final Set<SimClientCall<?, ?>> calls = new LinkedHashSet<>();
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();
  private final List<Runnable> stateListeners = new ArrayList<>();
  private ConnectivityState state = ConnectivityState.IDLE;
  private @Nullable SimConnection connection;
  private double backoffNanos = BACKOFF_NANOS_FIRST;

  /** Tells the answers of attempts that nobody waits for any more from the last one's. */
  private int attempt;

  SimChannel(SimNetwork network, String target, SimProcess process, ClientInterceptor... taps) {
    this.network = network;
    this.target = target;
    this.process = process;
    this.tapped = ClientInterceptors.intercept(new Untapped(), taps);
    this.random = network.simulation().newRandom();
    this.thread = new SerialThread(process);
  }

  /** Whose it is. */
  public SimProcess process() {
    return process;
  }

  /** What runs its callbacks. */
  Executor thread() {
    return thread;
  }

  // Of its calls.

  /** A call was started. */
  void route(SimClientCall<?, ?> call) {
    SimConnection open = connection;
    if (isShutdown()) {
      call.closed(SHUT_DOWN, new Metadata());
      return;
    }
    calls.add(call);
    if (state == ConnectivityState.READY && open != null) {
      call.connected(open);
    } else if (state == ConnectivityState.TRANSIENT_FAILURE) {
      call.closed(REFUSED, new Metadata());
    } else {
      waiting.add(call);
      connectIfIdle();
    }
  }

  /** A call is over. */
  void forget(SimClientCall<?, ?> call) {
    waiting.remove(call);
    calls.remove(call);
    if (isShutdown() && calls.isEmpty()) {
      terminated.complete(null);
    }
  }

  SimNetwork network() {
    return network;
  }

  // Of the network.

  private void connectIfIdle() {
    if (state == ConnectivityState.IDLE) {
      enter(ConnectivityState.CONNECTING);
      network.dial(this, target, ++attempt);
    }
  }

  /** An attempt was answered; whether it is wanted. */
  boolean connected(SimConnection opened, int answered) {
    if (answered != attempt || isShutdown()) {
      return false;
    }
    connection = opened;
    backoffNanos = BACKOFF_NANOS_FIRST;
    enter(ConnectivityState.READY);
    List<SimClientCall<?, ?>> ready = List.copyOf(waiting);
    waiting.clear();
    ready.forEach(call -> call.connected(opened));
    return true;
  }

  /** An attempt failed. */
  void refused(int answered) {
    if (answered != attempt || isShutdown()) {
      return;
    }
    enter(ConnectivityState.TRANSIENT_FAILURE);
    List.copyOf(waiting).forEach(call -> call.closed(REFUSED, new Metadata()));
    double jitter = 1 + BACKOFF_JITTER * (2 * random.nextDouble() - 1);
    int next = ++attempt;
    var _ = process.alarm((long) (backoffNanos * jitter), () -> retry(next));
    backoffNanos = Math.min(BACKOFF_NANOS_MAX, backoffNanos * BACKOFF_FACTOR);
  }

  /** Calls go on failing at once until the attempt succeeds. */
  private void retry(int next) {
    if (next == attempt && !isShutdown()) {
      network.dial(this, target, next);
    }
  }

  /** A connection is gone; its calls are told by itself. */
  void connectionLost(SimConnection lost) {
    if (lost == connection) {
      connection = null;
      goIdle();
    }
  }

  private void goIdle() {
    attempt++;
    if (!isShutdown()) {
      enter(ConnectivityState.IDLE);
      if (!waiting.isEmpty()) {
        connectIfIdle();
      }
    }
  }

  private void enter(ConnectivityState next) {
    if (state != next) {
      state = next;
      List<Runnable> told = List.copyOf(stateListeners);
      stateListeners.clear();
      told.forEach(thread::execute);
    }
  }

  // Of ManagedChannel.

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return tapped.newCall(method, options);
  }

  /** Its calls as nobody sees them. */
  private final class Untapped extends Channel {
    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      return new SimClientCall<>(SimChannel.this, method, options);
    }

    @Override
    public String authority() {
      return target;
    }
  }

  @Override
  public String authority() {
    return target;
  }

  @Override
  public ConnectivityState getState(boolean isConnectionWanted) {
    if (isConnectionWanted) {
      connectIfIdle();
    }
    return state;
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState known, Runnable callback) {
    if (known == state) {
      stateListeners.add(callback);
    } else {
      thread.execute(callback);
    }
  }

  @Override
  public void enterIdle() {
    if (isShutdown()) {
      return;
    }
    SimConnection open = connection;
    connection = null;
    backoffNanos = BACKOFF_NANOS_FIRST;
    goIdle();
    if (open != null) {
      open.retire();
    }
  }

  @Override
  public ManagedChannel shutdown() {
    if (!isShutdown()) {
      SimConnection open = connection;
      connection = null;
      enter(ConnectivityState.SHUTDOWN);
      List.copyOf(waiting).forEach(call -> call.closed(SHUT_DOWN, new Metadata()));
      if (open != null) {
        open.retire();
      }
      if (calls.isEmpty()) {
        terminated.complete(null);
      }
    }
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    var _ = shutdown();
    List.copyOf(calls).forEach(call -> call.abort(SHUT_DOWN_NOW));
    return this;
  }

  @Override
  public boolean isShutdown() {
    return state == ConnectivityState.SHUTDOWN;
  }

  @Override
  public boolean isTerminated() {
    return terminated.isDone();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    try {
      process.await(terminated, unit.toNanos(timeout));
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
