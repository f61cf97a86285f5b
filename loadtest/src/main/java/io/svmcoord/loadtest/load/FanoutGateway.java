package io.svmcoord.loadtest.load;

import com.google.protobuf.CodedInputStream;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.MemberClosed;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.SessionOpened;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

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
  private final Heartbeats heartbeats = new Heartbeats();

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

  /** One of its devices was opened: one heartbeat is for all of them. */
  private void opened(int heartbeatMillis) {
    heartbeats.start(connections.currentLoop(), heartbeatMillis, this::sendOfAll);
  }

  private void sendOfAll(Heartbeat heartbeat) {
    MemberRequest.Builder entry =
        MemberRequest.newBuilder().setRequest(DeviceRequests.heartbeat(heartbeat));
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
        EncodedMessage.of(DeviceGatewayRequest.newBuilder().addRequests(entry).build()));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    heartbeats.stop();
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
      DeviceSessionRequest open = DeviceRequests.open(name, subscription.ttlMillis());
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
                      send(entry(open).setCredit(CREDIT));
                    });
              });
    }

    private MemberRequest.Builder entry(DeviceSessionRequest request) {
      return MemberRequest.newBuilder().addMembers(number).setRequest(request);
    }

    void received(GatewayEvents.Entry entry) {
      events += entry.events().invalidations();
      for (DeviceNotice notice : entry.events().others()) {
        onNotice(notice);
      }
      for (MemberClosed end : entry.closed()) {
        closed(end.getFailure());
      }
    }

    private void onNotice(DeviceNotice notice) {
      switch (notice.getNoticeCase()) {
        case OPENED -> onOpened(notice.getOpened());
        case UPDATED -> subscribed.complete(null);
        case FAILED -> closed(notice.getFailed().getFailure());
        case CAUGHT_UP -> send(entry(DeviceRequests.ackAllUpTo(notice.getCaughtUp())));
        case HEARTBEAT, DRAINING, RELEASED, INVALIDATE, ENDED, RESUMED, NOTICE_NOT_SET -> {
          // As for a stream of its own.
        }
      }
    }

    private void onOpened(SessionOpened session) {
      opened(session.getHeartbeatMillis());
      send(entry(DeviceRequests.subscribe(subscription)));
    }

    private void closed(Failure failure) {
      closed(Status.fromCodeValue(failure.getCode()).withDescription(failure.getMessage()));
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
      var _ = loop.thenAccept(own -> own.execute(() -> send(entry(DeviceRequests.detach()))));
    }
  }
}
