package io.svmcoord.loadtest.sim.net;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.core.SimTimer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a call. Confined to its simulation.
 *
 * @param <Q> type of the client's messages
 * @param <R> type of the server's
 */
final class SimServerCall<Q, R> extends ServerCall<Q, R> implements Inbox.Reader {
  private static final Status RESET =
      Status.CANCELLED.withDescription("RST_STREAM closed stream. HTTP/2 error code: CANCEL");

  private final SimStream stream;
  private final MethodDescriptor<Q, R> method;
  private final SimProcess process;
  private final Executor thread;
  private final Inbox inbox = new Inbox(this);
  private final Window outgoing;
  private final Window incoming = new Window(Window.BYTES_DEFAULT);
  private Listener<Q> listener = new Listener<>() {};
  private @Nullable SimTimer deadline;
  private boolean isClosed;
  private boolean isCancelled;

  SimServerCall(SimStream stream, MethodDescriptor<Q, R> method) {
    SimConnection connection = stream.connection();
    this.stream = stream;
    this.method = method;
    this.process = connection.server();
    this.outgoing = new Window(connection.network().responseWindowBytes());
    this.thread = connection.serving().threadOf(connection.number());
    connection.serve(this);
  }

  void start(ServerCallHandler<Q, R> handler, Metadata headers, long timeoutNanos) {
    if (timeoutNanos > 0) {
      deadline = process.alarm(timeoutNanos, this::deadlineOver);
    }
    thread.execute(
        () -> {
          listener = handler.startCall(this, headers);
          listener.onReady();
        });
  }

  /** gRPC's server answers with a reset, which the client may take for the answer. */
  private void deadlineOver() {
    if (!isClosed && !isCancelled) {
      stream.toClient(call -> call.closed(RESET, new Metadata()));
      cancelled();
    }
  }

  // Frames.

  void arrived(byte[] message) {
    inbox.addMessage(message);
    thread.execute(inbox::read);
  }

  void halfClosed() {
    inbox.addOther(() -> listener.onHalfClose());
    thread.execute(inbox::read);
  }

  void credited(long credit) {
    if (outgoing.credited(credit)) {
      thread.execute(
          () -> {
            if (!isOver()) {
              listener.onReady();
            }
          });
    }
  }

  /** The client, or the connection, is gone. */
  void cancelled() {
    if (isOver()) {
      return;
    }
    Lines.learn(process, method, "is cancelled", "");
    isCancelled = true;
    over();
    thread.execute(() -> listener.onCancel());
  }

  private boolean isOver() {
    return isClosed || isCancelled;
  }

  private void over() {
    inbox.close();
    stream.connection().served(this);
    SimTimer timer = deadline;
    if (timer != null) {
      timer.cancel();
    }
  }

  // Of the inbox.

  @Override
  public void message(byte[] bytes) {
    long credit = incoming.take(bytes.length);
    if (credit > 0) {
      stream.toClient(call -> call.credited(credit));
    }
    Q message = method.parseRequest(WireBytes.stream(bytes));
    Lines.read(process, method, message);
    listener.onMessage(message);
  }

  @Override
  public void other(Runnable what) {
    what.run();
  }

  // Of ServerCall.

  @Override
  public void request(int count) {
    if (inbox.request(count)) {
      var _ = process.schedule(0, () -> thread.execute(inbox::read));
    }
  }

  @Override
  public void sendHeaders(Metadata headers) {
    stream.toClient(call -> call.headers(headers));
  }

  @Override
  public void sendMessage(R message) {
    if (isOver()) {
      return;
    }
    byte[] bytes = WireBytes.of(method.streamResponse(message));
    outgoing.sent(bytes.length);
    process.simulation().trace().mix(bytes.length);
    stream.toClient(call -> call.arrived(bytes));
  }

  @Override
  public boolean isReady() {
    return !isOver() && outgoing.isOpen();
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (isOver()) {
      return;
    }
    isClosed = true;
    over();
    Status told = Status.fromCode(status.getCode()).withDescription(status.getDescription());
    stream.toClient(call -> call.closed(told, trailers));
    var _ = process.schedule(0, () -> thread.execute(() -> listener.onComplete()));
  }

  @Override
  public boolean isCancelled() {
    return isCancelled;
  }

  @Override
  public MethodDescriptor<Q, R> getMethodDescriptor() {
    return method;
  }

  @Override
  public Attributes getAttributes() {
    SimConnection connection = stream.connection();
    return Attributes.newBuilder()
        .set(
            Grpc.TRANSPORT_ATTR_REMOTE_ADDR,
            new SimAddress(connection.client().name(), connection.number()))
        .build();
  }
}
