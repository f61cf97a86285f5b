package io.svmcoord.server.service;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;

/**
 * Gives each connection a name, which its calls have: clients of a Unix domain socket have no
 * addresses to tell them apart. Thread-safe.
 */
public final class ConnectionNames extends ServerTransportFilter {
  private static final Attributes.Key<Object> NAME = Attributes.Key.create("svm-connection");

  @Override
  public Attributes transportReady(Attributes attributes) {
    return attributes.toBuilder().set(NAME, new Object()).build();
  }

  /** What names a call's connection: its address where it was given no name. */
  static Object of(ServerCall<?, ?> call) {
    Object name = call.getAttributes().get(NAME);
    if (name != null) {
      return name;
    }
    Object address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return address == null ? "" : address;
  }
}
