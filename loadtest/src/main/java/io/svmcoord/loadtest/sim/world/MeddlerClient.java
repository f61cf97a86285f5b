package io.svmcoord.loadtest.sim.world;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.sim.check.PageMask;
import io.svmcoord.loadtest.sim.core.SimClock;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;
import org.jspecify.annotations.Nullable;

/**
 * A device that speaks the contract without the SDK, uses no pages, and says much that it should
 * not: acks twice, of other epochs, of what it was never sent, refusals of what it has acked. None
 * of that may change anything for others (promise G6).
 */
final class MeddlerClient extends SimClient {
  private static final long MILLI = 1_000_000;
  private static final long THINK_NANOS_MAX = 40 * MILLI;
  private static final int FAR_SEQUENCES = 5;

  private @Nullable StreamObserver<DeviceSessionRequest> stream;
  private Ack last = Ack.getDefaultInstance();
  private long heartbeats;

  MeddlerClient(World world, String machine, SimClock clock) {
    super(world, machine, clock);
  }

  @Override
  void live(SvmClient client) {
    if (!world().spaces().await(this)) {
      return;
    }
    ManagedChannel channel = world().network().connect(World.COORDINATOR, process());
    while (!world().isProving()) {
      think(THINK_NANOS_MAX);
      if (stream == null) {
        open(channel);
      } else if (oneIn(3)) {
        heartbeat();
      } else {
        meddle();
      }
    }
    send(
        DeviceSessionRequest.newBuilder()
            .addCommands(DeviceCommand.newBuilder().setDetach(Detach.getDefaultInstance())));
    prove(() -> {});
    channel.shutdownNow();
  }

  private void open(ManagedChannel channel) {
    stream = DeviceServiceGrpc.newStub(channel).deviceSession(new Answers());
    OpenDevice open =
        OpenDevice.newBuilder()
            .setName(name())
            .setTtlMillis((int) (world().scenario().ttlNanos() / MILLI))
            .build();
    send(DeviceSessionRequest.newBuilder().addCommands(DeviceCommand.newBuilder().setOpen(open)));
  }

  private void subscribe() {
    SimSpace space = world().spaces().any(random());
    AddressRange range =
        AddressRange.newBuilder()
            .setFirst(0)
            .setLast(space.pages() * PageMask.PAGE_SIZE_BYTES - 1)
            .build();
    UpdateSubscriptions update =
        UpdateSubscriptions.newBuilder()
            .setSpaceId(space.id())
            .addRemove(1 + random().nextInt(3))
            .addAdd(Subscription.newBuilder().setSubscriptionId(1).setRange(range))
            .build();
    send(
        DeviceSessionRequest.newBuilder()
            .addCommands(DeviceCommand.newBuilder().setCorrelationId(1).setUpdate(update)));
  }

  private void heartbeat() {
    Heartbeat heartbeat = Heartbeat.newBuilder().setNumber(++heartbeats).build();
    send(DeviceSessionRequest.newBuilder().setHeartbeat(heartbeat));
  }

  /** Acks and refuses what may never have been its own. */
  private void meddle() {
    Ack.Builder ack = last.toBuilder();
    switch (random().nextInt(5)) {
      case 0 -> ack.setEpoch(ack.getEpoch() + random().nextInt(-1, 2));
      case 1 -> ack.setSequence(Math.max(1, ack.getSequence() + nearby()));
      case 2 -> ack.setSequence(Math.max(1, ack.getSequence() + nearby())).setAllUpTo(true);
      case 3 -> ack.setSpaceId(ack.getSpaceId() + 1);
      default -> {
        // The last one again.
      }
    }
    DeviceSessionRequest.Builder message = DeviceSessionRequest.newBuilder();
    if (oneIn(10)) {
      message.addRefusals(
          Refusal.newBuilder()
              .setSpaceId(ack.getSpaceId())
              .setEpoch(ack.getEpoch())
              .setSequence(ack.getSequence())
              .setCause(Refusal.Cause.CAUSE_WOULD_BLOCK));
    } else {
      message.addAcks(ack);
    }
    send(message);
  }

  private int nearby() {
    return random().nextInt(-FAR_SEQUENCES, FAR_SEQUENCES + 1);
  }

  private void send(DeviceSessionRequest.Builder message) {
    StreamObserver<DeviceSessionRequest> open = stream;
    if (open != null) {
      open.onNext(message.build());
    }
  }

  private final class Answers implements StreamObserver<DeviceSessionResponse> {
    @Override
    public void onNext(DeviceSessionResponse message) {
      message.getNoticesList().forEach(this::handle);
    }

    @Override
    public void onError(Throwable error) {
      note("stream broke: " + error.getMessage());
      stream = null;
    }

    @Override
    public void onCompleted() {
      stream = null;
    }

    private void handle(DeviceNotice notice) {
      switch (notice.getNoticeCase()) {
        case OPENED, RELEASED -> subscribe();
        case INVALIDATE -> {
          Invalidate event = notice.getInvalidate();
          last =
              Ack.newBuilder()
                  .setSpaceId(event.getSpaceId())
                  .setEpoch(event.getEpoch())
                  .setSequence(event.getSequence())
                  .build();
          send(DeviceSessionRequest.newBuilder().addAcks(last));
        }
        case CAUGHT_UP -> {
          SpaceBaseline baseline = notice.getCaughtUp();
          last =
              Ack.newBuilder()
                  .setSpaceId(baseline.getSpaceId())
                  .setEpoch(baseline.getEpoch())
                  .setSequence(baseline.getSequence())
                  .setAllUpTo(true)
                  .build();
          send(DeviceSessionRequest.newBuilder().addAcks(last));
        }
        case ENDED, HEARTBEAT, UPDATED, RESUMED, FAILED, DRAINING, NOTICE_NOT_SET -> {
          // It has nothing to lose.
        }
      }
    }
  }
}
