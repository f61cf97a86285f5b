package io.svmcoord.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.svmcoord.v1.DeviceGatewayServiceGrpc;
import io.svmcoord.v1.DeviceServiceGrpc;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel whose device streams share one: each is a member of a gateway. All other calls are the
 * channel's own. Thread-safe.
 *
 * <p>The gateway is opened with the first member, and another one when it broke, is full, ends, or
 * does not answer: members stay where they are, new ones go to the new one.
 */
final class GatewayChannel extends ManagedChannel {
  private final ManagedChannel channel;
  private final ClientEnvironment environment;
  private final Object lock = new Object();

  /** Where new members go, under the lock; null before the first one. */
  private @Nullable GatewayStream current;

  GatewayChannel(ManagedChannel channel, ClientEnvironment environment) {
    this.channel = channel;
    this.environment = environment;
  }

  @Override
  @SuppressWarnings("unchecked") // One method, one pair of types.
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return method.equals(DeviceServiceGrpc.getDeviceSessionMethod())
        ? (ClientCall<Q, R>) new MemberCall(this, environment)
        : channel.newCall(method, options);
  }

  // Of the members.

  /** The gateway of a member that starts. */
  GatewayStream join(MemberCall member) {
    GatewayStream joined;
    boolean isNew = false;
    synchronized (lock) {
      joined = current;
      if (joined == null || !joined.join(member)) {
        isNew = true;
        joined =
            new GatewayStream(
                this,
                environment,
                channel.newCall(
                    DeviceGatewayServiceGrpc.getDeviceGatewayMethod(), CallOptions.DEFAULT));
        var _ = joined.join(member);
        current = joined;
      }
    }
    if (isNew) {
      joined.start();
    }
    return joined;
  }

  /** No member joins this gateway any more. */
  void leave(GatewayStream left) {
    synchronized (lock) {
      if (current == left) {
        current = null;
      }
    }
    left.retire();
  }

  // Of ManagedChannel.

  /**
   * What comes next gets another connection, and with it another gateway: unless the gateway does
   * answer, so that the sessions of one that fell silent don't each leave the connection to which
   * the first of them went.
   */
  @Override
  public void enterIdle() {
    GatewayStream now;
    synchronized (lock) {
      now = current;
    }
    if (now != null) {
      boolean isFailing = channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE;
      if (!isFailing && now.isAnswering()) {
        return;
      }
      leave(now);
    }
    channel.enterIdle();
  }

  @Override
  public ManagedChannel shutdown() {
    GatewayStream now;
    synchronized (lock) {
      now = current;
    }
    if (now != null) {
      leave(now);
    }
    channel.shutdown();
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    channel.shutdownNow();
    return this;
  }

  @Override
  public String authority() {
    return channel.authority();
  }

  @Override
  public ConnectivityState getState(boolean isConnectionWanted) {
    return channel.getState(isConnectionWanted);
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState known, Runnable callback) {
    channel.notifyWhenStateChanged(known, callback);
  }

  @Override
  public void resetConnectBackoff() {
    channel.resetConnectBackoff();
  }

  @Override
  public boolean isShutdown() {
    return channel.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return channel.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return channel.awaitTermination(timeout, unit);
  }
}
