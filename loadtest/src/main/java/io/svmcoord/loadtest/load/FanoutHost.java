package io.svmcoord.loadtest.load;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.FanOut;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.OpenHost;
import io.svmcoord.v1.SessionOpened;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The host of a fan-out run: a closed loop that keeps a fixed number of begins running. An answered
 * begin is ended, and its end and the next begin go out together. Confined to its connection's
 * event loop, but for the methods that say otherwise.
 */
final class FanoutHost extends ClientCall.Listener<HostSessionResponse> {
  /** Correlation id of the begins of slot 0; 0 is for news. */
  private static final long FIRST_BEGIN_ID = 1;

  private static final long OPEN_ID = 1L << 62;
  private static final long END_ID = OPEN_ID + 1;
  private static final long HEARTBEAT_ID = OPEN_ID + 2;
  private static final long DETACH_ID = OPEN_ID + 3;
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final long LATENCY_MAX_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Connections connections;
  private final FanoutOptions options;
  private final long spaceId;
  private final ClientCall<HostSessionRequest, HostSessionResponse> call;
  private final CompletableFuture<EventLoop> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final CompletableFuture<Status> closed = new CompletableFuture<>();
  private final Histogram latency = new Histogram(LATENCY_MAX_NANOS, SIGNIFICANT_DIGITS);

  /** When each slot's begin was sent; a slot has one begin running. */
  private final long[] beginNanos;

  private final Heartbeats heartbeats = new Heartbeats();
  private long begins;
  private long running;
  private long endsUnanswered;
  private long incomplete;
  private long measureStartNanos;
  private long measureEndNanos;
  private boolean isStopping;

  FanoutHost(Connections connections, FanoutOptions options, long spaceId) {
    this.connections = connections;
    this.options = options;
    this.spaceId = spaceId;
    this.beginNanos = new long[options.outstanding()];
    this.call =
        connections
            .channel(0)
            .newCall(InvalidationServiceGrpc.getHostSessionMethod(), CallOptions.DEFAULT);
  }

  /**
   * What was measured.
   *
   * @param latency from begin to begun, nanoseconds
   * @param nanos length of the time that was counted
   * @param begins begins of the whole run, those before and after the time counted too
   * @param incomplete those of them that not every device acked
   */
  record Measurement(Histogram latency, long nanos, long begins, long incomplete) {}

  /** Opens the session. Any thread, once. */
  CompletableFuture<EventLoop> open() {
    call.start(this, new Metadata());
    call.request(Integer.MAX_VALUE);
    OpenHost open =
        OpenHost.newBuilder()
            .setName("load-host")
            .setTtlMillis(Math.toIntExact(options.ttl().toMillis()))
            .build();
    send(HostCommand.newBuilder().setCorrelationId(OPEN_ID).setOpen(open).build());
    return opened;
  }

  /** Completes when the session is over, whoever ended it. Any thread. */
  CompletableFuture<Status> closed() {
    return closed;
  }

  /** Starts the closed loop. */
  void startLoop() {
    HostSessionRequest.Builder request = HostSessionRequest.newBuilder();
    for (int slot = 0; slot < options.outstanding(); slot++) {
      request.addCommands(begin(slot));
    }
    call.sendMessage(request.build());
  }

  /** From now on operations count. */
  void startMeasuring() {
    latency.reset();
    measureStartNanos = System.nanoTime();
  }

  /** No more operations; {@link #drained} tells when those that run are ended. */
  void stopLoop() {
    measureEndNanos = System.nanoTime();
    isStopping = true;
    completeIfDrained();
  }

  /** Completes when the closed loop was stopped and nothing of it runs any more. Any thread. */
  CompletableFuture<Void> drained() {
    return drained;
  }

  /** What was measured; exact once {@link #drained} completed. */
  Measurement measurement() {
    return new Measurement(latency, measureEndNanos - measureStartNanos, begins, incomplete);
  }

  /** Leaves. */
  void detach() {
    send(
        HostCommand.newBuilder()
            .setCorrelationId(DETACH_ID)
            .setDetach(Detach.getDefaultInstance())
            .build());
  }

  @Override
  public void onMessage(HostSessionResponse message) {
    HostSessionRequest.Builder answer = null;
    for (HostNotice notice : message.getNoticesList()) {
      switch (notice.getNoticeCase()) {
        case BEGUN -> {
          answer = answer == null ? HostSessionRequest.newBuilder() : answer;
          onBegun(slot(notice), notice.getBegun(), answer);
        }
        case ENDED -> onEnded();
        case OPENED -> onOpened(notice.getOpened());
        case FAILED -> call.cancel(notice.getFailed().getMessage(), null);
        case HEARTBEAT, DRAINING, NOTICE_NOT_SET -> {
          // The lease needs no watching: a host that loses it is told by the end of its stream.
        }
      }
    }
    if (answer != null) {
      call.sendMessage(answer.build());
    }
  }

  private void onBegun(
      int slot, BeginInvalidationResponse begun, HostSessionRequest.Builder answer) {
    running--;
    FanOut fanOut = begun.getFanOut();
    if (fanOut.getSessionsNotified() != options.devices() || fanOut.getNotAckedCount() > 0) {
      incomplete++;
    }
    long nanos = System.nanoTime() - beginNanos[slot];
    if (!isStopping) {
      latency.recordValue(Math.min(nanos, LATENCY_MAX_NANOS));
    }
    endsUnanswered++;
    EndInvalidationRequest end = EndInvalidationRequest.newBuilder().setId(begun.getId()).build();
    answer.addCommands(HostCommand.newBuilder().setCorrelationId(END_ID).setEnd(end));
    if (!isStopping) {
      answer.addCommands(begin(slot));
    }
  }

  private void onEnded() {
    endsUnanswered--;
    completeIfDrained();
  }

  private void completeIfDrained() {
    if (isStopping && running == 0 && endsUnanswered == 0) {
      drained.complete(null);
    }
  }

  private HostCommand begin(int slot) {
    long first = begins++ % FanoutSubscription.PAGES * FanoutSubscription.PAGE_BYTES;
    running++;
    BeginInvalidationRequest begin =
        BeginInvalidationRequest.newBuilder()
            .setSpaceId(spaceId)
            .setEvent(InvalidationEvent.INVALIDATION_EVENT_CLEAR)
            .setAckDeadlineMillis(Math.toIntExact(options.ackDeadline().toMillis()))
            .addRanges(
                AddressRange.newBuilder()
                    .setFirst(first)
                    .setLast(first + FanoutSubscription.PAGE_BYTES - 1))
            .build();
    beginNanos[slot] = System.nanoTime();
    return HostCommand.newBuilder().setCorrelationId(slot + FIRST_BEGIN_ID).setBegin(begin).build();
  }

  private static int slot(HostNotice begun) {
    return Math.toIntExact(begun.getCorrelationId() - FIRST_BEGIN_ID);
  }

  private void onOpened(SessionOpened session) {
    EventLoop loop = connections.currentLoop();
    heartbeats.start(loop, session.getHeartbeatMillis(), this::sendHeartbeat);
    opened.complete(loop);
  }

  private void sendHeartbeat(Heartbeat heartbeat) {
    send(HostCommand.newBuilder().setCorrelationId(HEARTBEAT_ID).setHeartbeat(heartbeat).build());
  }

  private void send(HostCommand command) {
    call.sendMessage(HostSessionRequest.newBuilder().addCommands(command).build());
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    heartbeats.stop();
    RunFailure lost = RunFailure.foundWrong("the host's session ended: " + status);
    opened.completeExceptionally(lost);
    drained.completeExceptionally(lost);
    closed.complete(status);
  }
}
