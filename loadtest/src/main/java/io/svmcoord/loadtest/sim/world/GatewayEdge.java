package io.svmcoord.loadtest.sim.world;

import com.google.protobuf.InvalidProtocolBufferException;
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
  private final World world;

  /** Of the members that are not over. */
  private final TreeMap<Integer, DeviceEdge> members = new TreeMap<>();

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

  private void received(int member, MemberRequest entry) {
    if (member > lastMember) {
      lastMember = member;
      members.put(member, new DeviceEdge(world));
    }
    DeviceEdge edge = members.get(member);
    if (edge == null) {
      return;
    }
    edge.heard(entry.getRequest());
    if (entry.getEnd() == End.END_CANCELLED) {
      over(member);
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
      for (int member : entry.getMembersList()) {
        DeviceEdge edge = members.get(member);
        if (edge == null) {
          continue;
        }
        if (entry.hasClosed()) {
          over(member);
        } else {
          edge.told(entry.getResponse());
        }
      }
    }
  }

  private void over(int member) {
    DeviceEdge edge = members.remove(member);
    if (edge != null) {
      edge.over();
    }
  }

  @Override
  public void over() {
    members.values().forEach(DeviceEdge::over);
    members.clear();
  }
}
