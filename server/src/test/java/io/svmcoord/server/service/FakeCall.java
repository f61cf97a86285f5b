package io.svmcoord.server.service;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call that keeps what is sent, as a client would read it. */
final class FakeCall extends ServerCall<DeviceRequest, Envelope> {
  private final List<DeviceSessionResponse> messages = new ArrayList<>();
  private final List<Envelope> envelopes = new ArrayList<>();
  private int readyFor = Integer.MAX_VALUE;
  private @Nullable Status status;
  private long requested;

  /** How many messages of the client were asked for. */
  long requested() {
    return requested;
  }

  /** How many more messages the transport takes before it is not ready. */
  void readyFor(int count) {
    readyFor = count;
  }

  List<DeviceSessionResponse> messages() {
    return messages;
  }

  /** The messages as they were handed over. */
  List<Envelope> envelopes() {
    return envelopes;
  }

  /** All notices that were sent, in order. */
  List<DeviceNotice> notices() {
    return messages.stream().flatMap(message -> message.getNoticesList().stream()).toList();
  }

  /** Heartbeat numbers of all notices that were sent, in order. */
  List<Long> numbers() {
    return notices().stream()
        .map(DeviceNotice::getHeartbeat)
        .map(io.svmcoord.v1.HeartbeatAnswer::getNumber)
        .toList();
  }

  @Nullable Status status() {
    return status;
  }

  @Override
  public boolean isReady() {
    return readyFor > 0;
  }

  @Override
  public void sendMessage(Envelope envelope) {
    readyFor--;
    envelopes.add(envelope);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      int written = envelope.drainTo(bytes);
      if (written != envelope.available() || written != bytes.size()) {
        throw new AssertionError("known length: " + envelope.available() + ", is " + bytes.size());
      }
      messages.add(DeviceSessionResponse.parseFrom(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close(Status how, Metadata trailers) {
    status = how;
  }

  @Override
  public void request(int count) {
    requested += count;
  }

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<DeviceRequest, Envelope> getMethodDescriptor() {
    return DeviceServiceGrpc.getDeviceSessionMethod().toBuilder(
            DeviceRequest.MARSHALLER, Envelope.MARSHALLER)
        .build();
  }
}
