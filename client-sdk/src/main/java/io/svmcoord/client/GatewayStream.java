package io.svmcoord.client;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.MemberResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One gateway: the streams of many device sessions over one. What arrives is handed to its members
 * on the network's thread; what they send goes through the {@link GatewayOutbox}. Thread-safe,
 * never blocks.
 */
final class GatewayStream extends ClientCall.Listener<DeviceGatewayResponse> {
  /** Most members; what a coordinator takes by default. */
  static final int MEMBERS_MAX = 4096;

  /** So long something may go unanswered until the connection is worth leaving. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final String DRAINING = "DRAINING";
  private static final String LIMIT_KEY = "limit";
  private static final String MEMBERS_LIMIT = "limits.members-per-gateway";

  private final GatewayChannel channel;
  private final ClientEnvironment environment;
  private final ClientCall<DeviceGatewayRequest, DeviceGatewayResponse> call;
  private final GatewayOutbox outbox;

  /** In the order in which they came; guards itself and what follows. */
  private final Set<MemberCall> members = new LinkedHashSet<>();

  private boolean isRetired;
  private volatile boolean isStarted;

  /** Something was asked at this time and nothing was answered since; 0 if nothing waits. */
  private volatile long unansweredSince;

  GatewayStream(
      GatewayChannel channel,
      ClientEnvironment environment,
      ClientCall<DeviceGatewayRequest, DeviceGatewayResponse> call) {
    this.channel = channel;
    this.environment = environment;
    this.call = call;
    this.outbox = new GatewayOutbox(call, environment.background(), this::written);
    asked();
  }

  GatewayOutbox outbox() {
    return outbox;
  }

  // For the channel.

  /** Starts the call; the members that are there may send from now on. */
  void start() {
    call.start(this, new Metadata());
    // The members' credit bounds what arrives.
    call.request(Integer.MAX_VALUE);
    isStarted = true;
    outbox.start();
    tellReady();
  }

  /** Takes a member; false if it has to go elsewhere. */
  boolean join(MemberCall member) {
    synchronized (members) {
      return !isRetired && members.size() < MEMBERS_MAX && members.add(member);
    }
  }

  /** Takes no more members, and ends when the last one has. */
  void retire() {
    synchronized (members) {
      isRetired = true;
    }
    halfCloseIfDone();
  }

  /** Whether the coordinator answers, as far as can be told now. */
  boolean isAnswering() {
    long since = unansweredSince;
    return since == 0 || environment.nanos() - since < PATIENCE_NANOS;
  }

  // For members.

  boolean isReady() {
    return isStarted && outbox.isReady();
  }

  void send(MemberCall member, DeviceSessionRequest request) {
    if (request.hasHeartbeat() || request.getCommandsCount() > 0) {
      asked();
    }
    outbox.send(member, request);
  }

  private void asked() {
    if (unansweredSince == 0) {
      // 0 is taken.
      unansweredSince = environment.nanos() | 1;
    }
  }

  /** A member is over. */
  void left(MemberCall member) {
    synchronized (members) {
      members.remove(member);
    }
    halfCloseIfDone();
  }

  private void halfCloseIfDone() {
    synchronized (members) {
      if (!isRetired || !members.isEmpty()) {
        return;
      }
    }
    outbox.halfClose();
  }

  private List<MemberCall> snapshot() {
    synchronized (members) {
      return List.copyOf(members);
    }
  }

  /** The outbox has room again. */
  private void written() {
    if (isReady()) {
      tellReady();
    }
  }

  private void tellReady() {
    snapshot().forEach(MemberCall::ready);
  }

  // From gRPC.

  @Override
  public void onReady() {
    outbox.write();
    tellReady();
  }

  @Override
  public void onMessage(DeviceGatewayResponse message) {
    for (MemberResponse entry : message.getResponsesList()) {
      if (entry.hasClosed()) {
        closed(entry);
      } else {
        received(entry);
      }
    }
  }

  private void received(MemberResponse entry) {
    DeviceSessionResponse response = entry.getResponse();
    for (DeviceNotice notice : response.getNoticesList()) {
      if (isAnswer(notice)) {
        unansweredSince = 0;
      }
    }
    for (int i = 0; i < entry.getMembersCount(); i++) {
      MemberCall member = outbox.member(entry.getMembers(i));
      // What is over has been cancelled here, and its end is on its way.
      if (member != null) {
        member.received(response);
      }
    }
  }

  /** Whether a notice shows that something which was sent has arrived. */
  private static boolean isAnswer(DeviceNotice notice) {
    return switch (notice.getNoticeCase()) {
      case HEARTBEAT, OPENED, RESUMED, UPDATED, FAILED -> true;
      case INVALIDATE, ENDED, CAUGHT_UP, RELEASED, DRAINING, NOTICE_NOT_SET -> false;
    };
  }

  private void closed(MemberResponse entry) {
    unansweredSince = 0;
    Failure failure = entry.getClosed().getFailure();
    if (failure.getReason().equals(DRAINING)
        || failure.getMetadataOrDefault(LIMIT_KEY, "").equals(MEMBERS_LIMIT)) {
      // The next ones find another coordinator, or another gateway.
      channel.leave(this);
    }
    for (int i = 0; i < entry.getMembersCount(); i++) {
      MemberCall member = outbox.ended(entry.getMembers(i));
      if (member != null) {
        left(member);
        close(member, failure);
      }
    }
  }

  private static void close(MemberCall member, Failure failure) {
    if (failure.getCode() == Status.Code.OK.value()) {
      member.closed(Status.OK, new Metadata());
      return;
    }
    StatusRuntimeException e =
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(failure.getCode())
                .setMessage(failure.getMessage())
                .addDetails(
                    Any.pack(
                        ErrorInfo.newBuilder()
                            .setDomain(Errors.DOMAIN)
                            .setReason(failure.getReason())
                            .putAllMetadata(failure.getMetadataMap())
                            .build()))
                .build());
    Metadata trailers = e.getTrailers();
    member.closed(e.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    outbox.closed();
    channel.leave(this);
    Status told =
        status.isOk()
            ? Status.UNAVAILABLE.withDescription("the coordinator closed the gateway")
            : status;
    for (MemberCall member : snapshot()) {
      left(member);
      member.closed(told, trailers);
    }
  }
}
