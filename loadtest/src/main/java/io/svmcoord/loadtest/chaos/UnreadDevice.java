package io.svmcoord.loadtest.chaos;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A device of one page that reads its stream or does not, as it is told, and keeps its lease either
 * way. It has nothing to drop, acks what it reads, and knows what it believes to be running.
 * Thread-safe.
 */
final class UnreadDevice {
  static final long PAGE_BYTES = 4096;

  /** What it mirrors. */
  static final AddressRange PAGE =
      AddressRange.newBuilder().setFirst(0).setLast(PAGE_BYTES - 1).build();

  private static final int TTL_MILLIS = 60_000;

  private final long spaceId;
  private final ScheduledExecutorService timer;
  private final ClientCall<DeviceSessionRequest, DeviceSessionResponse> call;
  private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
  private final Set<Long> running = new HashSet<>();
  private boolean isReading = true;
  private int catchUps;
  private int resyncs;
  private @Nullable RunFailure lost;

  UnreadDevice(ManagedChannel channel, ScheduledExecutorService timer, long spaceId) {
    this.spaceId = spaceId;
    this.timer = timer;
    this.call = channel.newCall(DeviceServiceGrpc.getDeviceSessionMethod(), CallOptions.DEFAULT);
  }

  /**
   * What it was told.
   *
   * @param catchUps notices that stood for what it did not read
   * @param resyncs those of them that said to drop the whole space
   * @param running invalidations whose end it was not told
   */
  record Told(int catchUps, int resyncs, int running) {}

  /** Opens a session and subscribes; completes when it has. Once. */
  CompletableFuture<Void> open() {
    call.start(new Notices(), new Metadata());
    call.request(1);
    OpenDevice.Builder open = OpenDevice.newBuilder().setName("unread").setTtlMillis(TTL_MILLIS);
    UpdateSubscriptions.Builder update =
        UpdateSubscriptions.newBuilder()
            .setSpaceId(spaceId)
            .addAdd(Subscription.newBuilder().setSubscriptionId(1).setRange(PAGE));
    send(
        DeviceSessionRequest.newBuilder()
            .addCommands(DeviceCommand.newBuilder().setOpen(open))
            .addCommands(DeviceCommand.newBuilder().setUpdate(update)));
    return subscribed;
  }

  /** Reads no more, but for at most one message that is on its way; acks no more either. */
  synchronized void stopReading() {
    isReading = false;
  }

  /** Reads again, all that there is. */
  synchronized void read() {
    isReading = true;
    call.request(1);
  }

  /**
   * What it was told until now.
   *
   * @throws RunFailure when its stream has ended
   */
  synchronized Told told() {
    if (lost != null) {
      throw lost;
    }
    return new Told(catchUps, resyncs, running.size());
  }

  private synchronized void onMessage(DeviceSessionResponse message) {
    message.getNoticesList().forEach(this::onNotice);
    if (isReading) {
      call.request(1);
    }
  }

  private void onNotice(DeviceNotice notice) {
    switch (notice.getNoticeCase()) {
      case OPENED -> heartbeats(notice.getOpened().getHeartbeatMillis());
      case UPDATED -> subscribed.complete(null);
      case INVALIDATE -> {
        Invalidate begun = notice.getInvalidate();
        running.add(begun.getSequence());
        ack(begun.getEpoch(), begun.getSequence(), false);
      }
      case ENDED -> running.remove(notice.getEnded().getSequence());
      case CAUGHT_UP -> {
        SpaceBaseline baseline = notice.getCaughtUp();
        catchUps++;
        resyncs += baseline.getResyncRequired() ? 1 : 0;
        running.clear();
        baseline.getRunningList().stream()
            .map(RunningInvalidation::getSequence)
            .forEach(running::add);
        ack(baseline.getEpoch(), baseline.getSequence(), true);
      }
      case FAILED -> lose(notice.getFailed().getFailure().getMessage());
      case HEARTBEAT, DRAINING, RELEASED, RESUMED, NOTICE_NOT_SET -> {
        // Nothing is mirrored, so there is nothing to fence or to drop.
      }
    }
  }

  private void heartbeats(int periodMillis) {
    var _ =
        timer.scheduleAtFixedRate(
            () ->
                send(
                    DeviceSessionRequest.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance())),
            periodMillis,
            periodMillis,
            TimeUnit.MILLISECONDS);
  }

  private void ack(long epoch, long sequence, boolean allUpTo) {
    send(
        DeviceSessionRequest.newBuilder()
            .addAcks(
                Ack.newBuilder()
                    .setSpaceId(spaceId)
                    .setEpoch(epoch)
                    .setSequence(sequence)
                    .setAllUpTo(allUpTo)));
  }

  private synchronized void send(DeviceSessionRequest.Builder request) {
    call.sendMessage(request.build());
  }

  private synchronized void lose(String why) {
    if (lost == null) {
      lost = RunFailure.foundWrong("the device that does not read: " + why);
    }
    subscribed.completeExceptionally(lost);
  }

  private final class Notices extends ClientCall.Listener<DeviceSessionResponse> {
    @Override
    public void onMessage(DeviceSessionResponse message) {
      UnreadDevice.this.onMessage(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      lose("its stream ended: " + status);
    }
  }
}
