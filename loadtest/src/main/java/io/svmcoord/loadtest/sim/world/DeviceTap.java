package io.svmcoord.loadtest.sim.world;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.world.Scenario.Trait;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.DeviceGatewayServiceGrpc;
import io.svmcoord.v1.DeviceSessionResponse;
import java.util.concurrent.TimeUnit;

/**
 * A device's channel: what reaches the device, or those that share a gateway, as facts. Confined to
 * its simulation.
 */
final class DeviceTap extends ManagedChannel {
  private final World world;
  private final SimProcess process;
  private final ManagedChannel channel;
  private final DeviceDeliveries device;
  private final GatewayTap.Devices devices;

  DeviceTap(World world, DeviceClient client, ManagedChannel channel) {
    this.world = world;
    this.process = client.process();
    this.channel = channel;
    this.device = new DeviceDeliveries(world, client.name());
    this.devices = new GatewayTap.Devices(world);
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    GatewayTap gateway = new GatewayTap(devices);
    return new ForwardingClientCall.SimpleForwardingClientCall<>(call(method, options)) {
      @Override
      public void sendMessage(Q message) {
        if (message instanceof DeviceGatewayRequest request) {
          gateway.sent(request);
        }
        super.sendMessage(message);
      }

      @Override
      public void start(Listener<R> listener, Metadata headers) {
        Object stream = this;
        super.start(
            new ForwardingClientCallListener.SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onMessage(R message) {
                if (message instanceof DeviceSessionResponse response) {
                  response.getNoticesList().forEach(notice -> device.delivered(stream, notice));
                } else if (message instanceof DeviceGatewayResponse response) {
                  gateway.received(response);
                }
                super.onMessage(message);
              }
            },
            headers);
      }
    };
  }

  @SuppressWarnings("unchecked") // One method, one pair of types.
  private <Q, R> ClientCall<Q, R> call(MethodDescriptor<Q, R> method, CallOptions options) {
    ClientCall<Q, R> call = channel.newCall(method, options);
    return world.scenario().has(Trait.SLOW_STREAMS)
            && method.equals(DeviceGatewayServiceGrpc.getDeviceGatewayMethod())
        ? (ClientCall<Q, R>)
            new NarrowCredit(
                process, (ClientCall<DeviceGatewayRequest, DeviceGatewayResponse>) call)
        : call;
  }

  // As the channel.

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
  public void enterIdle() {
    channel.enterIdle();
  }

  @Override
  public ManagedChannel shutdown() {
    channel.shutdown();
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    channel.shutdownNow();
    return this;
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
