package io.svmcoord.server.service;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.DeviceGatewayServiceGrpc;
import io.svmcoord.v1.MemberResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gateway's call that keeps what is sent, as a client would read it. */
final class FakeGatewayCall extends ServerCall<DeviceGatewayRequest, GatewayEnvelope> {
  private final List<DeviceGatewayResponse> messages = new ArrayList<>();
  private int readyFor = Integer.MAX_VALUE;
  private @Nullable Status status;

  /** How many more messages the transport takes before it is not ready. */
  void readyFor(int count) {
    readyFor = count;
  }

  List<DeviceGatewayResponse> messages() {
    return messages;
  }

  /** All entries that were sent, in order. */
  List<MemberResponse> entries() {
    return messages.stream().flatMap(message -> message.getResponsesList().stream()).toList();
  }

  @Nullable Status status() {
    return status;
  }

  @Override
  public boolean isReady() {
    return readyFor > 0;
  }

  @Override
  public void sendMessage(GatewayEnvelope envelope) {
    readyFor--;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      int written = envelope.drainTo(bytes);
      if (written != envelope.available() || written != bytes.size()) {
        throw new AssertionError("known length: " + envelope.available() + ", is " + bytes.size());
      }
      messages.add(DeviceGatewayResponse.parseFrom(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close(Status how, Metadata trailers) {
    status = how;
  }

  @Override
  public void request(int count) {}

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<DeviceGatewayRequest, GatewayEnvelope> getMethodDescriptor() {
    var contract = DeviceGatewayServiceGrpc.getDeviceGatewayMethod();
    return contract.toBuilder(contract.getRequestMarshaller(), GatewayEnvelope.MARSHALLER).build();
  }
}
