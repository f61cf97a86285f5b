package io.svmcoord.loadtest.sim.world;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.world.Scenario.Trait;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.DeviceGatewayServiceGrpc;
import io.svmcoord.v1.DeviceSessionResponse;

/**
 * On a device's channel: what reaches the device, or those that share a gateway, as facts. Confined
 * to its simulation.
 */
final class DeviceTap implements ClientInterceptor {
  private final World world;
  private final SimProcess process;
  private final DeviceDeliveries device;
  private final GatewayTap.Devices devices;

  DeviceTap(World world, DeviceClient client) {
    this.world = world;
    this.process = client.process();
    this.device = new DeviceDeliveries(world, client.name());
    this.devices = new GatewayTap.Devices(world);
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    GatewayTap gateway = new GatewayTap(devices);
    return new ForwardingClientCall.SimpleForwardingClientCall<>(call(method, options, next)) {
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
  private <Q, R> ClientCall<Q, R> call(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    ClientCall<Q, R> call = next.newCall(method, options);
    return world.scenario().has(Trait.SLOW_STREAMS)
            && method.equals(DeviceGatewayServiceGrpc.getDeviceGatewayMethod())
        ? (ClientCall<Q, R>)
            new NarrowCredit(
                process, (ClientCall<DeviceGatewayRequest, DeviceGatewayResponse>) call)
        : call;
  }
}
