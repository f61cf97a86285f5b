package io.svmcoord.loadtest.conformance;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.SessionOpened;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One stream of a raw device, with its lease. Thread-safe. */
final class RawStream implements StreamObserver<DeviceSessionResponse> {
  private static final int RARE_FACTOR = 6;

  final CompletableFuture<SessionOpened> opened = new CompletableFuture<>();
  final CompletableFuture<Status> closed = new CompletableFuture<>();

  /** Its session is being left: nothing new may begin on it, though it is not over yet. */
  volatile boolean isLeft;

  private final RawDevice device;
  private final ScheduledExecutorService timer;
  private final StreamObserver<DeviceSessionRequest> out;
  private final Map<Long, Long> sentNanos = new HashMap<>();
  private long lastBeat;
  private long countedNanos = System.nanoTime();
  private long leaseNanos;
  private @Nullable ScheduledFuture<?> beats;

  RawStream(RawDevice device, ManagedChannel channel, ScheduledExecutorService timer) {
    this.device = device;
    this.timer = timer;
    this.out = DeviceServiceGrpc.newStub(channel).deviceSession(this);
  }

  private boolean is(Mistake mistake) {
    return device.is(mistake);
  }

  // What comes.

  @Override
  public void onNext(DeviceSessionResponse message) {
    for (DeviceNotice notice : message.getNoticesList()) {
      switch (notice.getNoticeCase()) {
        case HEARTBEAT -> answered(notice.getHeartbeat().getNumber());
        case OPENED -> openedNow(notice.getOpened());
        default -> {}
      }
    }
    device.received(this, message);
  }

  @Override
  public void onError(Throwable error) {
    over(Status.fromThrowable(error));
  }

  @Override
  public void onCompleted() {
    over(Status.OK);
  }

  private void over(Status status) {
    synchronized (this) {
      if (beats != null) {
        beats.cancel(false);
      }
    }
    closed.complete(status);
    opened.completeExceptionally(new IllegalStateException("no session: " + status));
    device.lost(this, status);
  }

  // The lease.

  private synchronized void openedNow(SessionOpened answer) {
    int guard = is(Mistake.FORGETS_THE_GUARD) ? 0 : answer.getGuardMillis();
    long lease = TimeUnit.MILLISECONDS.toNanos(answer.getTtlMillis() - (long) guard);
    leaseNanos = is(Mistake.ENDS_ITS_LEASE_EARLY) ? lease / 2 : lease;
    long interval =
        (long) answer.getHeartbeatMillis() * (is(Mistake.RARE_HEARTBEATS) ? RARE_FACTOR : 1);
    beats = timer.scheduleAtFixedRate(this::beat, interval, interval, TimeUnit.MILLISECONDS);
    opened.complete(answer);
  }

  private void beat() {
    long number;
    synchronized (this) {
      number = ++lastBeat;
      sentNanos.put(number, System.nanoTime());
    }
    send(DeviceSessionRequest.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNumber(number)));
  }

  private synchronized void answered(long number) {
    Long sent = sentNanos.remove(number);
    if (sent != null) {
      countedNanos = is(Mistake.COUNTS_FROM_THE_ANSWER) ? System.nanoTime() : sent;
    }
  }

  synchronized boolean isLeaseOver() {
    boolean isUncounted = closed.isDone() && is(Mistake.NO_LEASE_WITHOUT_STREAM);
    return !isUncounted && System.nanoTime() - countedNanos >= leaseNanos;
  }

  // What goes.

  void open(ByteString previousKey) {
    command(
        DeviceCommand.newBuilder()
            .setOpen(OpenDevice.newBuilder().setName("raw").setPreviousSessionKey(previousKey)));
  }

  void command(DeviceCommand.Builder command) {
    send(DeviceSessionRequest.newBuilder().addCommands(command));
  }

  void ack(Invalidate event, boolean isAllUpTo) {
    boolean isCut = is(Mistake.CUTS_NUMBERS);
    send(
        DeviceSessionRequest.newBuilder()
            .addAcks(
                Ack.newBuilder()
                    .setSpaceId(event.getSpaceId())
                    .setEpoch(isCut ? (int) event.getEpoch() : event.getEpoch())
                    .setSequence(isCut ? (int) event.getSequence() : event.getSequence())
                    .setAllUpTo(isAllUpTo)));
  }

  void refuse(Invalidate event) {
    send(
        DeviceSessionRequest.newBuilder()
            .addRefusals(
                Refusal.newBuilder()
                    .setSpaceId(event.getSpaceId())
                    .setEpoch(event.getEpoch())
                    .setSequence(event.getSequence())
                    .setCause(Refusal.Cause.CAUSE_WOULD_BLOCK)));
  }

  synchronized void send(DeviceSessionRequest.Builder message) {
    if (!closed.isDone()) {
      out.onNext(message.build());
    }
  }

  synchronized void halfClose() {
    if (!closed.isDone()) {
      out.onCompleted();
    }
  }
}
