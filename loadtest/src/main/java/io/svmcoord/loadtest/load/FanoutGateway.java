package io.svmcoord.loadtest.load;

import com.google.protobuf.CodedInputStream;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.MemberClosed;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.SessionOpened;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Devices as {@link DeviceStream}s that share a gateway: what arrives in one message is acked in
 * one, by each member that is named there. Confined to its connection's event loop, but where it
 * says otherwise.
 */
final class FanoutGateway extends ClientCall.Listener<GatewayEvents> {
  /** Never used up: these devices read whatever comes, as fast as it does. */
  private static final int CREDIT = Integer.MAX_VALUE;

  private final Connections connections;
  private final FanoutSubscription subscription;
  private final ClientCall<EncodedMessage, GatewayEvents> call;
  private final CompletableFuture<EventLoop> loop = new CompletableFuture<>();
  private final List<Member> members = new ArrayList<>();
  private @Nullable Future<?> heartbeats;
  private long heartbeatNumber;

  private FanoutGateway(Connections connections, int number, FanoutSubscription subscription) {
    this.connections = connections;
    this.subscription = subscription;
    this.call =
        connections.channel(number).newCall(GatewayWire.DEVICE_GATEWAY, CallOptions.DEFAULT);
  }

  /** Opens a gateway over the connection of this number. Any thread. */
  static FanoutGateway open(Connections connections, int number, FanoutSubscription subscription) {
    FanoutGateway gateway = new FanoutGateway(connections, number, subscription);
    gateway.call.start(gateway, new Metadata());
    gateway.call.request(Integer.MAX_VALUE);
    return gateway;
  }

  /** One more device, which is not started yet. Any thread. */
  FanoutDevice device() {
    return new Member();
  }

  @Override
  public void onHeaders(Metadata headers) {
    loop.complete(connections.currentLoop());
  }

  @Override
  public void onMessage(GatewayEvents message) {
    ByteArrayOutputStream acks = new ByteArrayOutputStream();
    for (GatewayEvents.Entry entry : message.entries()) {
      if (entry.events().invalidations() > 0) {
        GatewayWire.addAck(acks, entry);
      }
      tell(entry);
    }
    if (acks.size() > 0) {
      call.sendMessage(new EncodedMessage(acks.toByteArray()));
    }
  }

  private void tell(GatewayEvents.Entry entry) {
    CodedInputStream numbers =
        CodedInputStream.newInstance(entry.members(), entry.membersOffset(), entry.membersLength());
    try {
      while (!numbers.isAtEnd()) {
        members.get(numbers.readUInt32() - 1).received(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start(Member member) {
    members.add(member);
    member.number = members.size();
  }

  private void opened(int heartbeatMillis) {
    if (heartbeats == null) {
      heartbeats =
          connections
              .currentLoop()
              .scheduleAtFixedRate(
                  this::sendHeartbeats, heartbeatMillis, heartbeatMillis, TimeUnit.MILLISECONDS);
    }
  }

  private void sendHeartbeats() {
    MemberRequest.Builder entry =
        MemberRequest.newBuilder()
            .setRequest(
                DeviceSessionRequest.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder().setNumber(++heartbeatNumber)));
    for (Member member : members) {
      if (!member.closed.isDone()) {
        entry.addMembers(member.number);
      }
    }
    if (entry.getMembersCount() > 0) {
      send(entry);
    }
  }

  private void send(MemberRequest.Builder entry) {
    call.sendMessage(
        new EncodedMessage(
            DeviceGatewayRequest.newBuilder().addRequests(entry).build().toByteArray()));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (heartbeats != null) {
      heartbeats.cancel(false);
    }
    loop.completeExceptionally(status.asRuntimeException(trailers));
    members.forEach(member -> member.closed(status));
  }

  /** One device. Confined as its gateway is, but for what {@link FanoutDevice} promises. */
  private final class Member implements FanoutDevice {
    private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
    private final CompletableFuture<Status> closed = new CompletableFuture<>();
    private int number;
    private long events;

    @Override
    public void start(String name) {
      OpenDevice open =
          OpenDevice.newBuilder().setName(name).setTtlMillis(subscription.ttlMillis()).build();
      var _ =
          loop.whenComplete(
              (own, failure) -> {
                if (failure != null) {
                  closed(Status.fromThrowable(failure));
                  return;
                }
                own.execute(
                    () -> {
                      FanoutGateway.this.start(this);
                      send(entry(DeviceCommand.newBuilder().setOpen(open)).setCredit(CREDIT));
                    });
              });
    }

    private MemberRequest.Builder entry(DeviceCommand.Builder command) {
      return entry(DeviceSessionRequest.newBuilder().addCommands(command));
    }

    private MemberRequest.Builder entry(DeviceSessionRequest.Builder request) {
      return MemberRequest.newBuilder().addMembers(number).setRequest(request);
    }

    void received(GatewayEvents.Entry entry) {
      events += entry.events().invalidations();
      for (DeviceNotice notice : entry.events().others()) {
        onNotice(notice);
      }
      for (MemberClosed end : entry.closed()) {
        Failure failure = end.getFailure();
        closed(Status.fromCodeValue(failure.getCode()).withDescription(failure.getMessage()));
      }
    }

    private void onNotice(DeviceNotice notice) {
      switch (notice.getNoticeCase()) {
        case OPENED -> onOpened(notice.getOpened());
        case UPDATED -> subscribed.complete(null);
        case FAILED ->
            closed(
                Status.fromCodeValue(notice.getFailed().getFailure().getCode())
                    .withDescription(notice.getFailed().getFailure().getMessage()));
        case CAUGHT_UP -> {
          SpaceBaseline baseline = notice.getCaughtUp();
          send(
              entry(
                  DeviceSessionRequest.newBuilder()
                      .addAcks(
                          Ack.newBuilder()
                              .setSpaceId(baseline.getSpaceId())
                              .setEpoch(baseline.getEpoch())
                              .setSequence(baseline.getSequence())
                              .setAllUpTo(true))));
        }
        case HEARTBEAT, DRAINING, RELEASED, INVALIDATE, ENDED, RESUMED, NOTICE_NOT_SET -> {
          // As for a stream of its own.
        }
      }
    }

    private void onOpened(SessionOpened session) {
      opened(session.getHeartbeatMillis());
      AddressRange range =
          AddressRange.newBuilder().setFirst(0).setLast(subscription.lastAddress()).build();
      UpdateSubscriptions update =
          UpdateSubscriptions.newBuilder()
              .setSpaceId(subscription.spaceId())
              .addAdd(Subscription.newBuilder().setSubscriptionId(1).setRange(range))
              .build();
      send(entry(DeviceCommand.newBuilder().setUpdate(update)));
    }

    void closed(Status status) {
      subscribed.completeExceptionally(status.asRuntimeException());
      closed.complete(status);
    }

    @Override
    public CompletableFuture<Void> subscribed() {
      return subscribed;
    }

    @Override
    public CompletableFuture<Status> closed() {
      return closed;
    }

    @Override
    public long events() {
      return events;
    }

    @Override
    public long eventsNow() {
      EventLoop own = loop.getNow(null);
      Supplier<Long> count = () -> events;
      return own == null ? 0 : CompletableFuture.supplyAsync(count, own).join();
    }

    @Override
    public void detach() {
      var _ =
          loop.thenAccept(
              own ->
                  own.execute(
                      () ->
                          send(
                              entry(
                                  DeviceCommand.newBuilder()
                                      .setDetach(Detach.getDefaultInstance())))));
    }
  }
}
