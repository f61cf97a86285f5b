package io.svmcoord.loadtest.sim.world;

import com.google.protobuf.ByteString;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.MemberRequest.End;
import io.svmcoord.v1.MemberResponse;
import java.util.HashMap;
import java.util.Map;

/**
 * One gateway at the client's edge: what reaches each of its devices, which are known by the names
 * and the session keys that they give. Confined to its simulation.
 */
final class GatewayTap {
  /** The devices of one client, over all its gateways. */
  static final class Devices {
    private final World world;
    private final Map<String, DeviceDeliveries> byName = new HashMap<>();
    private final Map<ByteString, DeviceDeliveries> byKey = new HashMap<>();

    Devices(World world) {
      this.world = world;
    }
  }

  /** A member's stream; told apart by its identity. */
  private static final class Stream {
    final DeviceDeliveries device;

    Stream(DeviceDeliveries device) {
      this.device = device;
    }
  }

  private final Devices devices;
  private final Map<Integer, Stream> streams = new HashMap<>();

  GatewayTap(Devices devices) {
    this.devices = devices;
  }

  void sent(DeviceGatewayRequest message) {
    for (MemberRequest entry : message.getRequestsList()) {
      for (int member : entry.getMembersList()) {
        for (DeviceCommand command : entry.getRequest().getCommandsList()) {
          starts(member, command);
        }
        if (entry.getEnd() == End.END_CANCELLED) {
          streams.remove(member);
        }
      }
    }
  }

  private void starts(int member, DeviceCommand command) {
    if (command.hasOpen()) {
      String name = command.getOpen().getName();
      streams.put(
          member,
          new Stream(
              devices.byName.computeIfAbsent(
                  name, _ -> new DeviceDeliveries(devices.world, name))));
    } else if (command.hasResume()) {
      DeviceDeliveries device = devices.byKey.get(command.getResume().getSessionKey());
      if (device == null) {
        throw new IllegalStateException("resume: of a session that no device was told of");
      }
      streams.put(member, new Stream(device));
    }
  }

  void received(DeviceGatewayResponse message) {
    for (MemberResponse entry : message.getResponsesList()) {
      for (int member : entry.getMembersList()) {
        Stream stream = streams.get(member);
        if (stream != null) {
          entry.getResponse().getNoticesList().forEach(notice -> received(stream, notice));
        }
      }
    }
  }

  private void received(Stream stream, DeviceNotice notice) {
    if (notice.hasOpened()) {
      devices.byKey.put(notice.getOpened().getSessionKey(), stream.device);
    }
    stream.device.delivered(stream, notice);
  }
}
