package io.svmcoord.loadtest.sim.net;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.loadtest.sim.core.SimTimer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a call. Confined to its simulation.
 *
 * @param <Q> type of the client's messages
 * @param <R> type of the server's
 */
final class SimClientCall<Q, R> extends ClientCall<Q, R> implements Inbox.Reader {
  private final SimChannel channel;
  private final SimProcess process;
  private final MethodDescriptor<Q, R> method;
  private final CallOptions options;
  private final Inbox inbox = new Inbox(this);
  private final Window outgoing = new Window(Window.BYTES_DEFAULT);
  private final Window incoming;

  /** What is sent once there is a connection. */
  private final ArrayDeque<Consumer<SimServerCall<?, ?>>> early = new ArrayDeque<>();

  private Listener<R> listener = new Listener<>() {};
  private Metadata headers = new Metadata();
  private @Nullable SimStream stream;
  private @Nullable SimTimer deadline;
  private boolean isHalfClosed;

  /** No frame counts any more; the listener knows, or will when it has read what came before. */
  private boolean isEnding;

  /** The listener was told of the end, or is about to be told nothing but that. */
  private boolean isOver;

  SimClientCall(SimChannel channel, MethodDescriptor<Q, R> method, CallOptions options) {
    this.channel = channel;
    this.process = channel.process();
    this.incoming = new Window(channel.network().responseWindowBytes());
    this.method = method;
    this.options = options;
  }

  // Of ClientCall.

  @Override
  public void start(Listener<R> responses, Metadata requestHeaders) {
    listener = responses;
    headers = copy(requestHeaders);
    long timeoutNanos = timeoutNanos();
    if (timeoutNanos <= 0) {
      abort(Status.DEADLINE_EXCEEDED.withDescription("before it was started"));
      return;
    }
    if (timeoutNanos < Long.MAX_VALUE) {
      deadline = process.alarm(timeoutNanos, this::deadlineOver);
    }
    channel.route(this);
  }

  private long timeoutNanos() {
    Deadline limit = options.getDeadline();
    return limit == null ? Long.MAX_VALUE : limit.timeRemaining(TimeUnit.NANOSECONDS);
  }

  private void deadlineOver() {
    abort(Status.DEADLINE_EXCEEDED.withDescription("by the client's clock"));
  }

  @Override
  public void sendMessage(Q message) {
    byte[] bytes = WireBytes.of(method.streamRequest(message));
    outgoing.sent(bytes.length);
    process.simulation().trace().mix(bytes.length);
    send(call -> call.arrived(bytes));
  }

  @Override
  public void halfClose() {
    isHalfClosed = true;
    send(SimServerCall::halfClosed);
  }

  @Override
  public void request(int count) {
    if (inbox.request(count)) {
      var _ = process.schedule(0, () -> call(inbox::read));
    }
  }

  @Override
  public boolean isReady() {
    return stream != null && !isHalfClosed && !isEnding && outgoing.isOpen();
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    abort(Status.CANCELLED.withDescription(message).withCause(cause));
  }

  /** Ends it from here: what was received is dropped, the server is told. */
  void abort(Status status) {
    if (isOver) {
      return;
    }
    isEnding = true;
    over();
    inbox.close();
    SimStream open = stream;
    if (open != null) {
      open.toServer(SimServerCall::cancelled);
      open.connection().remove(open);
    }
    channel.forget(this);
    var _ = process.schedule(0, () -> call(() -> tellEnd(status, new Metadata())));
  }

  private void over() {
    isOver = true;
    SimTimer timer = deadline;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void tellEnd(Status status, Metadata trailers) {
    Lines.learn(process, method, "ends with", status);
    listener.onClose(status, trailers);
  }

  private void send(Consumer<SimServerCall<?, ?>> frame) {
    SimStream open = stream;
    if (isEnding) {
      return;
    }
    if (open == null) {
      early.addLast(frame);
    } else {
      open.toServer(frame);
    }
  }

  // Of the channel.

  /** There is a connection. */
  void connected(SimConnection connection) {
    SimStream opened = new SimStream(connection, this);
    stream = opened;
    long timeoutNanos = timeoutNanos();
    opened.open(method, headers, timeoutNanos == Long.MAX_VALUE ? 0 : Math.max(1, timeoutNanos));
    early.forEach(opened::toServer);
    early.clear();
    call(this::tellReady);
  }

  private void tellReady() {
    if (isReady()) {
      listener.onReady();
    }
  }

  // Frames.

  void headers(Metadata received) {
    Metadata kept = copy(received);
    inbox.addOther(() -> listener.onHeaders(kept));
    call(inbox::read);
  }

  void arrived(byte[] message) {
    if (!isEnding) {
      inbox.addMessage(message);
      call(inbox::read);
    }
  }

  void credited(long credit) {
    if (outgoing.credited(credit)) {
      call(this::tellReady);
    }
  }

  /** The server ended it, or the connection is gone; told after what arrived before. */
  void closed(Status status, Metadata trailers) {
    if (isEnding) {
      return;
    }
    isEnding = true;
    SimStream open = stream;
    if (open != null) {
      open.connection().remove(open);
    }
    channel.forget(this);
    Metadata kept = copy(trailers);
    inbox.addOther(
        () -> {
          over();
          tellEnd(status, kept);
        });
    call(inbox::read);
  }

  // Of the inbox.

  @Override
  public void message(byte[] bytes) {
    long credit = incoming.take(bytes.length);
    SimStream open = stream;
    if (credit > 0 && open != null) {
      open.toServer(call -> call.credited(credit));
    }
    R message = method.parseResponse(WireBytes.stream(bytes));
    Lines.read(process, method, message);
    listener.onMessage(message);
  }

  @Override
  public void other(Runnable what) {
    what.run();
  }

  /** Runs a callback: on the channel's thread, or where the caller wants it. */
  private void call(Runnable callback) {
    Executor wanted = options.getExecutor();
    channel.thread().execute(wanted == null ? callback : () -> wanted.execute(callback));
  }

  private static Metadata copy(Metadata metadata) {
    Metadata copy = new Metadata();
    copy.merge(metadata);
    return copy;
  }
}
