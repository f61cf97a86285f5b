package io.svmcoord.server.service;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.MemberRequest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A gateway: the streams of many devices over one. Each member is a {@link MemberCall}, which an
 * ordinary {@link DeviceStream} has for its call, so that what is promised of a stream is kept by
 * the code that keeps it for streams; see docs/adr/0010-gateways-of-virtual-streams.md.
 *
 * <p>Bounded: members, what one message may stand for, and as {@link SessionStream} the messages
 * that wait for the kernel's loop.
 *
 * <p>Confined to the stream's loop, but where it says otherwise.
 */
final class GatewayStream extends ServerCall.Listener<DeviceGatewayRequest> {
  /**
   * Bounds of one gateway.
   *
   * @param membersMax members at the same time
   * @param messageBytesMax bytes that one message may stand for, written out for each member
   */
  record Limits(int membersMax, int messageBytesMax) {}

  /** Stands for a message that was too large to be read. */
  static final DeviceGatewayRequest TOO_LARGE = DeviceGatewayRequest.newBuilder().buildPartial();

  private final Node node;
  private final ServerCall<DeviceGatewayRequest, GatewayEnvelope> call;
  private final MethodDescriptor<DeviceRequest, Envelope> memberMethod;
  private final Function<MemberCall, ServerCall.Listener<DeviceRequest>> memberStream;
  private final Loop loop;
  private final Attributes attributes;
  private final GatewayOutbox outbox;
  private final Members members = new Members();
  private final boolean isWaiting;
  private int nextMember = 1;
  private boolean isHalfClosed;
  private boolean isOver;

  /** Where the next round of those that wait for the transport begins. */
  private int nextReady;

  /** Messages that were handled since the last were asked for; confined to the kernel's loop. */
  private int handled;

  /**
   * Starts a gateway: its messages are asked for, the headers leave at once.
   *
   * @param memberMethod what the members' calls are calls of
   * @param memberStream starts the stream of a member
   */
  GatewayStream(
      Node node,
      ServerCall<DeviceGatewayRequest, GatewayEnvelope> call,
      MethodDescriptor<DeviceRequest, Envelope> memberMethod,
      Function<MemberCall, ServerCall.Listener<DeviceRequest>> memberStream) {
    this.node = node;
    this.call = call;
    this.memberMethod = memberMethod;
    this.memberStream = memberStream;
    this.loop = node.loops().current();
    this.outbox = new GatewayOutbox(call, node.outboxes().of(loop));
    this.isWaiting = !node.kernel().isCurrent();
    this.attributes = Peers.ofMembers(call.getAttributes(), node.gateways().add(this));
    call.sendHeaders(new Metadata());
    call.request(isWaiting ? SessionStream.RECEIVED_MAX : Integer.MAX_VALUE);
    drainIfAsked();
  }

  /** Of its members' calls: those of its connection, and its number. Thread-safe. */
  Attributes attributes() {
    return attributes;
  }

  // The call's side.

  @Override
  public void onMessage(DeviceGatewayRequest message) {
    if (isOver) {
      return;
    }
    Refusal flaw = flaw(message);
    if (flaw != null) {
      breakOff(flaw);
      return;
    }
    for (MemberRequest request : message.getRequestsList()) {
      received(request);
    }
    if (isWaiting) {
      // Behind all that this message was for.
      node.kernel().run(this, GatewayStream::askForMore);
    }
  }

  private void received(MemberRequest request) {
    DeviceRequest content = request.hasRequest() ? DeviceRequest.of(request.getRequest()) : null;
    for (int i = 0; i < request.getMembersCount() && !isOver; i++) {
      int number = request.getMembers(i);
      MemberCall member = number == nextMember ? start() : members.find(number);
      // Of a member that is over it crossed the end.
      if (member != null) {
        member.received(request, content);
      }
    }
  }

  private @Nullable MemberCall start() {
    int number = nextMember++;
    int membersMax = node.gatewayLimits().membersMax();
    if (outbox.waitingEnds() > membersMax) {
      // Its client starts members and does not read how they end.
      breakOff(ServiceLimits.reached("limits.members-per-gateway", membersMax));
      return null;
    }
    if (members.size() == membersMax) {
      Outgoing.Close how =
          Errors.close(ServiceLimits.reached("limits.members-per-gateway", membersMax));
      outbox.end(number, Errors.memberClosed(how.status(), how.trailers()));
      return null;
    }
    MemberCall member = new MemberCall(this, outbox, memberMethod, number);
    members.add(member);
    node.gateways().memberStarted();
    member.listen(memberStream.apply(member));
    return member;
  }

  /** On the kernel's loop. */
  private void askForMore() {
    if (++handled == SessionStream.RECEIVED_MAX / 2) {
      handled = 0;
      call.request(SessionStream.RECEIVED_MAX / 2);
    }
  }

  @Override
  public void onReady() {
    MemberCall[] all = members.snapshot();
    for (int i = 0; i < all.length && outbox.isReady(); i++) {
      // Round, so that the first ones don't take it all each time.
      all[nextReady++ % all.length].ready();
    }
    nextReady = all.length == 0 ? 0 : nextReady % all.length;
    outbox.flush();
  }

  @Override
  public void onHalfClose() {
    isHalfClosed = true;
    for (MemberCall member : members.snapshot()) {
      member.halfClosed();
    }
    closeIfDone();
  }

  @Override
  public void onCancel() {
    end();
  }

  // The members' side.

  /** A member is over, and was told so if it had to be. */
  void over(MemberCall member) {
    if (members.remove(member)) {
      node.gateways().membersOver(1);
      closeIfDone();
    }
  }

  // The end.

  /** The node is about to stop. Thread-safe. */
  void drain() {
    loop.execute(this::drainIfAsked);
  }

  private void drainIfAsked() {
    if (node.drain().isDraining()) {
      closeIfDone();
    }
  }

  private void closeIfDone() {
    if (isOver || members.size() > 0) {
      return;
    }
    if (isHalfClosed) {
      outbox.close(new Outgoing.Close(Status.OK, new Metadata()));
    } else if (node.drain().isDraining()) {
      outbox.close(Errors.close(new Refusal.Draining()));
    } else {
      return;
    }
    isOver = true;
    node.gateways().remove(this);
  }

  /** Ends it because its client broke the framing: each member's stream is broken. */
  private void breakOff(Refusal refusal) {
    end();
    Outgoing.Close how = Errors.close(refusal);
    call.close(how.status(), how.trailers());
  }

  private void end() {
    isOver = true;
    node.gateways().remove(this);
    outbox.abandon();
    MemberCall[] all = members.removeAll();
    node.gateways().membersOver(all.length);
    for (MemberCall member : all) {
      member.cancelled();
    }
  }

  /** What is wrong with the framing of a message; null if nothing is. */
  @SuppressWarnings("ReferenceEquality") // The marker is this object alone.
  private @Nullable Refusal flaw(DeviceGatewayRequest message) {
    if (message == TOO_LARGE) {
      return ServiceLimits.messageTooLarge(node.messageBytesMax());
    }
    int next = nextMember;
    long bytes = 0;
    for (int i = 0; i < message.getRequestsCount(); i++) {
      MemberRequest request = message.getRequests(i);
      if (request.getMembersCount() == 0) {
        return new Refusal.InvalidArgument(
            "requests[" + i + "].members", "empty", "the members that it is for");
      }
      int before = 0;
      for (int k = 0; k < request.getMembersCount(); k++) {
        int number = request.getMembers(k);
        if (Integer.compareUnsigned(number, before) <= 0) {
          return wrongMember(i, number, k == 0 ? "above 0" : "ascending, above " + text(before));
        }
        if (Integer.compareUnsigned(number, next) > 0) {
          return wrongMember(i, number, "at most the next new member, " + text(next));
        }
        if (number == next && !request.hasRequest()) {
          return new Refusal.InvalidArgument(
              "requests[" + i + "].request", "not set", "what opens member " + text(number));
        }
        next += number == next ? 1 : 0;
        before = number;
      }
      bytes += (long) request.getMembersCount() * request.getRequest().getSerializedSize();
    }
    int bytesMax = node.gatewayLimits().messageBytesMax();
    return bytes <= bytesMax
        ? null
        : ServiceLimits.reached("limits.gateway-message-bytes", bytesMax);
  }

  private static Refusal wrongMember(int request, int number, String expected) {
    return new Refusal.InvalidArgument("requests[" + request + "].members", text(number), expected);
  }

  private static String text(int number) {
    return Integer.toUnsignedString(number);
  }
}
