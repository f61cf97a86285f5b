package io.svmcoord.loadtest.sim.world;

import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.MemberRequest.End;
import io.svmcoord.v1.MemberResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A gateway whose members take one message at a time, and the next a moment after it arrived. The
 * SDK gives each so much credit that none runs out of it in a simulated run; here that is kept back
 * and given bit by bit, never more. Confined to its simulation.
 */
final class NarrowCredit
    extends SimpleForwardingClientCall<DeviceGatewayRequest, DeviceGatewayResponse> {
  private static final long MOMENT_NANOS_MAX = 5_000_000;

  private final SimProcess process;
  private final RandomGenerator random;

  /** Credit that is kept back, of each member that is not over. */
  private final Map<Integer, Long> kept = new HashMap<>();

  private int lastMember;

  NarrowCredit(
      SimProcess process, ClientCall<DeviceGatewayRequest, DeviceGatewayResponse> gateway) {
    super(gateway);
    this.process = process;
    this.random = process.simulation().newRandom();
  }

  @Override
  public void start(Listener<DeviceGatewayResponse> listener, Metadata headers) {
    super.start(
        new SimpleForwardingClientCallListener<>(listener) {
          @Override
          public void onMessage(DeviceGatewayResponse message) {
            message.getResponsesList().forEach(NarrowCredit.this::received);
            super.onMessage(message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            kept.clear();
            super.onClose(status, trailers);
          }
        },
        headers);
  }

  @Override
  public void sendMessage(DeviceGatewayRequest message) {
    DeviceGatewayRequest.Builder narrowed = DeviceGatewayRequest.newBuilder();
    message.getRequestsList().forEach(entry -> narrowed.addRequests(narrowed(entry)));
    super.sendMessage(narrowed.build());
  }

  /** The entry with credit for one message if it starts members, else with none. */
  private MemberRequest narrowed(MemberRequest entry) {
    int credit = 0;
    for (int member : entry.getMembersList()) {
      if (member > lastMember) {
        lastMember = member;
        credit = Math.min(1, entry.getCredit());
        kept.put(member, (long) entry.getCredit() - credit);
      } else {
        kept.computeIfPresent(member, (_, left) -> left + entry.getCredit());
      }
      if (entry.getEnd() == End.END_CANCELLED) {
        kept.remove(member);
      }
    }
    return entry.toBuilder().setCredit(credit).build();
  }

  @Override
  public void halfClose() {
    kept.clear();
    super.halfClose();
  }

  private void received(MemberResponse entry) {
    for (int member : entry.getMembersList()) {
      if (entry.hasClosed()) {
        kept.remove(member);
      } else {
        giveLater(member);
      }
    }
  }

  private void giveLater(int member) {
    var _ = process.schedule(random.nextLong(MOMENT_NANOS_MAX), () -> give(member));
  }

  private void give(int member) {
    Long left = kept.get(member);
    if (left == null) {
      return;
    }
    if (left == 0) {
      giveLater(member);
      return;
    }
    kept.put(member, left - 1);
    super.sendMessage(
        DeviceGatewayRequest.newBuilder()
            .addRequests(MemberRequest.newBuilder().addMembers(member).setCredit(1))
            .build());
  }
}
