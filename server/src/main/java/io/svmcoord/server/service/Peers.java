package io.svmcoord.server.service;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.svmcoord.server.kernel.Peer;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Tells from calls where their clients are. Stateless. */
final class Peers {
  private static final Attributes.Key<Long> GATEWAY = Attributes.Key.create("svm-gateway");

  private Peers() {}

  /** The attributes of a gateway's members: those of its connection, and the gateway's number. */
  static Attributes ofMembers(Attributes connection, long gateway) {
    return connection.toBuilder().set(GATEWAY, gateway).build();
  }

  /** Where a call's client is. */
  static Peer of(ServerCall<?, ?> call) {
    Attributes attributes = call.getAttributes();
    Long gateway = attributes.get(GATEWAY);
    return new Peer(
        address(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)), gateway == null ? 0 : gateway);
  }

  private static String address(@Nullable SocketAddress address) {
    if (address == null) {
      return "";
    }
    String text = address.toString().replaceFirst("^/", "");
    // The client's end of a Unix domain socket has no name.
    return text.isEmpty() ? "unix" : text;
  }
}
