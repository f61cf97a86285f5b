package io.svmcoord.loadtest.sim.net;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call on a connection: its frames arrive in order, each way. Confined to its simulation. */
final class SimStream {
  private final SimConnection connection;
  private final SimClientCall<?, ?> client;
  private @Nullable SimServerCall<?, ?> server;
  private long lastAtServerNanos;
  private long lastAtClientNanos;

  SimStream(SimConnection connection, SimClientCall<?, ?> client) {
    this.connection = connection;
    this.client = client;
    connection.add(this);
  }

  SimConnection connection() {
    return connection;
  }

  SimClientCall<?, ?> client() {
    return client;
  }

  /**
   * The first frame.
   *
   * @param timeoutNanos time the server has by its own clock; 0 for any
   */
  void open(MethodDescriptor<?, ?> method, Metadata headers, long timeoutNanos) {
    sendToServer(() -> serve(method, headers, timeoutNanos));
  }

  private void serve(MethodDescriptor<?, ?> method, Metadata headers, long timeoutNanos) {
    ServerMethodDefinition<?, ?> definition =
        connection.serving().method(method.getFullMethodName());
    if (definition == null) {
      Status status =
          Status.UNIMPLEMENTED.withDescription("Method not found: " + method.getFullMethodName());
      toClient(call -> call.closed(status, new Metadata()));
      return;
    }
    server = serve(definition, headers, timeoutNanos);
  }

  private <Q, R> SimServerCall<Q, R> serve(
      ServerMethodDefinition<Q, R> definition, Metadata headers, long timeoutNanos) {
    SimServerCall<Q, R> call = new SimServerCall<>(this, definition.getMethodDescriptor());
    call.start(definition.getServerCallHandler(), headers, timeoutNanos);
    return call;
  }

  void toServer(Consumer<SimServerCall<?, ?>> frame) {
    sendToServer(
        () -> {
          SimServerCall<?, ?> call = server;
          if (call != null) {
            frame.accept(call);
          }
        });
  }

  void toClient(Consumer<SimClientCall<?, ?>> frame) {
    lastAtClientNanos =
        connection.send(Direction.TO_CLIENT, lastAtClientNanos, () -> frame.accept(client));
  }

  private void sendToServer(Runnable arrival) {
    lastAtServerNanos = connection.send(Direction.TO_SERVER, lastAtServerNanos, arrival);
  }
}
