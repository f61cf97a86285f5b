package io.svmcoord.loadtest.sim.world;

import com.google.protobuf.InvalidProtocolBufferException;
import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.MemberRequest.End;
import io.svmcoord.v1.MemberResponse;
import java.io.UncheckedIOException;
import java.util.TreeMap;

/**
 * One gateway at the coordinator's edge: the streams of its members. Confined to its simulation.
 */
final class GatewayEdge implements EdgeTap.Edge {
  /** A member that is not over. */
  private static final class Member {
    final DeviceEdge stream;
    long told;
    long granted;

    Member(DeviceEdge stream) {
      this.stream = stream;
    }
  }

  private final World world;
  private final TreeMap<Integer, Member> members = new TreeMap<>();

  private int lastMember;

  GatewayEdge(World world) {
    this.world = world;
  }

  @Override
  public void received(Object message) {
    for (MemberRequest entry : ((DeviceGatewayRequest) message).getRequestsList()) {
      for (int member : entry.getMembersList()) {
        received(member, entry);
      }
    }
  }

  private void received(int number, MemberRequest entry) {
    if (number > lastMember) {
      lastMember = number;
      members.put(number, new Member(new DeviceEdge(world)));
    }
    Member member = members.get(number);
    if (member == null) {
      return;
    }
    member.granted += Integer.toUnsignedLong(entry.getCredit());
    member.stream.heard(entry.getRequest());
    if (entry.getEnd() == End.END_CANCELLED) {
      over(number);
    }
  }

  @Override
  public void sent(Object message) {
    DeviceGatewayResponse response;
    try {
      response = DeviceGatewayResponse.parseFrom(EdgeTap.bytes(message));
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
    for (MemberResponse entry : response.getResponsesList()) {
      for (int number : entry.getMembersList()) {
        sent(number, entry);
      }
    }
  }

  private void sent(int number, MemberResponse entry) {
    Member member = members.get(number);
    if (member == null) {
      return;
    }
    if (entry.hasClosed()) {
      over(number);
    } else {
      member.told++;
      world.tell(new Fact.MemberTold(world.now(), number, member.told, member.granted));
      member.stream.told(entry.getResponse());
    }
  }

  private void over(int number) {
    Member member = members.remove(number);
    if (member != null) {
      member.stream.over();
    }
  }

  @Override
  public void over() {
    members.values().forEach(member -> member.stream.over());
    members.clear();
  }
}
