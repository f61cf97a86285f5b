package io.svmcoord.server;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.ResumeDevice;
import io.svmcoord.v1.SessionOpened;
import io.svmcoord.v1.SpacePosition;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.SubscriptionsUpdated;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A device that does nothing by itself. */
final class TestDevice {
  private final Notices<DeviceSessionResponse, DeviceNotice> notices =
      new Notices<>(DeviceSessionResponse::getNoticesList);
  private final StreamObserver<DeviceSessionRequest> requests;
  private final AtomicLong correlation = new AtomicLong();
  private final SessionOpened opened;

  /** Where a device's stream runs: from what takes its responses to what takes its requests. */
  @FunctionalInterface
  interface Carrier {
    StreamObserver<DeviceSessionRequest> stream(StreamObserver<DeviceSessionResponse> responses);

    /** A stream of its own. */
    static Carrier of(ManagedChannel channel) {
      return DeviceServiceGrpc.newStub(channel)::deviceSession;
    }
  }

  /** Opens a session. */
  TestDevice(ManagedChannel channel, String name, int ttlMillis) {
    this(Carrier.of(channel), name, ttlMillis);
  }

  /** Opens a session. */
  TestDevice(Carrier carrier, String name, int ttlMillis) {
    requests = carrier.stream(notices);
    command(
        DeviceCommand.newBuilder()
            .setOpen(OpenDevice.newBuilder().setName(name).setTtlMillis(ttlMillis)));
    opened = notices.next().getOpened();
  }

  /** Asks to resume a session; its answer is the first notice. */
  TestDevice(ManagedChannel channel, SessionOpened opened, ResumeDevice resume) {
    this(Carrier.of(channel), opened, resume);
  }

  /** Asks to resume a session; its answer is the first notice. */
  TestDevice(Carrier carrier, SessionOpened opened, ResumeDevice resume) {
    requests = carrier.stream(notices);
    this.opened = opened;
    command(DeviceCommand.newBuilder().setResume(resume));
  }

  /** This device again on another stream; its answer is the first notice. */
  TestDevice resume(ManagedChannel channel, SpacePosition... positions) {
    return resume(Carrier.of(channel), positions);
  }

  /** This device again on another stream; its answer is the first notice. */
  TestDevice resume(Carrier carrier, SpacePosition... positions) {
    return new TestDevice(carrier, opened, resumeCommand(positions));
  }

  ResumeDevice resumeCommand(SpacePosition... positions) {
    return ResumeDevice.newBuilder()
        .setSessionKey(opened.getSessionKey())
        .setIncarnation(opened.getIncarnation())
        .addAllPositions(List.of(positions))
        .build();
  }

  Notices<DeviceSessionResponse, DeviceNotice> notices() {
    return notices;
  }

  long id() {
    return opened.getSessionId();
  }

  ByteString key() {
    return opened.getSessionKey();
  }

  SessionOpened opened() {
    return opened;
  }

  void send(DeviceSessionRequest request) {
    requests.onNext(request);
  }

  long command(DeviceCommand.Builder command) {
    long id = correlation.incrementAndGet();
    send(DeviceSessionRequest.newBuilder().addCommands(command.setCorrelationId(id)).build());
    return id;
  }

  /** Adds one subscription and waits for the answer. */
  SubscriptionsUpdated subscribe(long space, long id, AddressRange range) {
    command(
        DeviceCommand.newBuilder()
            .setUpdate(
                UpdateSubscriptions.newBuilder()
                    .setSpaceId(space)
                    .addAdd(Subscription.newBuilder().setSubscriptionId(id).setRange(range))));
    return notices.next().getUpdated();
  }

  /** Removes one subscription and waits for the answer. */
  SubscriptionsUpdated unsubscribe(long space, long id) {
    command(
        DeviceCommand.newBuilder()
            .setUpdate(UpdateSubscriptions.newBuilder().setSpaceId(space).addRemove(id)));
    return notices.next().getUpdated();
  }

  Invalidate nextInvalidate() {
    return notices.next().getInvalidate();
  }

  InvalidationEnded nextEnded() {
    return notices.next().getEnded();
  }

  void ack(Invalidate invalidate) {
    send(
        DeviceSessionRequest.newBuilder()
            .addAcks(
                Ack.newBuilder()
                    .setSpaceId(invalidate.getSpaceId())
                    .setEpoch(invalidate.getEpoch())
                    .setSequence(invalidate.getSequence()))
            .build());
  }

  void refuse(Invalidate invalidate, Refusal.Cause cause) {
    send(
        DeviceSessionRequest.newBuilder()
            .addRefusals(
                Refusal.newBuilder()
                    .setSpaceId(invalidate.getSpaceId())
                    .setEpoch(invalidate.getEpoch())
                    .setSequence(invalidate.getSequence())
                    .setCause(cause)
                    .setMessage("no"))
            .build());
  }

  /** Renews the lease and waits for the answer. */
  HeartbeatAnswer heartbeat(long number) {
    send(
        DeviceSessionRequest.newBuilder()
            .setHeartbeat(Heartbeat.newBuilder().setNumber(number))
            .build());
    return notices.next().getHeartbeat();
  }

  /** Ends the requests without a detach. */
  void halfClose() {
    requests.onCompleted();
  }
}
