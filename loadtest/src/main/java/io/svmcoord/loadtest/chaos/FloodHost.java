package io.svmcoord.loadtest.chaos;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.CancelBegin;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.OpenHost;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A host that begins and takes back at a fixed rate, so that each begin costs its devices two
 * notices and nobody waits for them. Thread-safe.
 */
final class FloodHost {
  static final int BATCHES_PER_SECOND = 100;

  /** Of one begin: as many as it may have. */
  private static final int RANGES = 256;

  /** The first range of each begin; the others are this far apart, so that none can be merged. */
  private static final long STRIDE = 2 * UnreadDevice.PAGE_BYTES;

  /** Begins after which the same ranges come again. */
  private static final long PLACES = 100_000;

  /** Begins without an answer; past it a batch is left out. */
  private static final int UNANSWERED_MAX = 1_000;

  private static final int TTL_MILLIS = 60_000;
  private static final int ACK_DEADLINE_MILLIS = 60_000;

  /** Correlation ids of the one begin that is not taken back, and of its end. */
  private static final long KEPT_ID = 1L << 62;

  private static final long KEPT_END_ID = KEPT_ID + 1;

  private final long spaceId;
  private final int batch;
  private final ScheduledExecutorService timer;
  private final ClientCall<HostSessionRequest, HostSessionResponse> call;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private boolean isFlooding;
  private long correlationId;
  private long begins;
  private int unanswered;
  private @Nullable CompletableFuture<Void> drained;
  private @Nullable CompletableFuture<Void> ended;
  private @Nullable RunFailure lost;

  /** Opens its session, on a connection of its own, and begins nothing yet. */
  FloodHost(
      ManagedChannel channel, ScheduledExecutorService timer, long spaceId, int beginsPerSecond) {
    this.spaceId = spaceId;
    this.timer = timer;
    this.batch = beginsPerSecond / BATCHES_PER_SECOND;
    this.call =
        channel.newCall(InvalidationServiceGrpc.getHostSessionMethod(), CallOptions.DEFAULT);
  }

  /** Completes when it is open. Once. */
  synchronized CompletableFuture<Void> open() {
    call.start(new Answers(), new Metadata());
    call.request(Integer.MAX_VALUE);
    send(
        ++correlationId,
        HostCommand.newBuilder()
            .setOpen(OpenHost.newBuilder().setName("flood").setTtlMillis(TTL_MILLIS)));
    long period = TimeUnit.SECONDS.toMicros(1) / BATCHES_PER_SECOND;
    var _ = timer.scheduleAtFixedRate(this::flood, period, period, TimeUnit.MICROSECONDS);
    return opened;
  }

  /** Begins from now on. */
  synchronized void start() {
    drained = null;
    isFlooding = true;
  }

  /** Begins no more; completes when each begin is answered. */
  synchronized CompletableFuture<Void> stop() {
    isFlooding = false;
    CompletableFuture<Void> empty = new CompletableFuture<>();
    drained = empty;
    settle();
    return empty;
  }

  /** One begin that is not taken back, and its end. Completes when both are answered. */
  synchronized CompletableFuture<Void> beginAndEnd() {
    CompletableFuture<Void> over = new CompletableFuture<>();
    ended = over;
    send(KEPT_ID, HostCommand.newBuilder().setBegin(begin()));
    settle();
    return over;
  }

  /** Begins that were sent and taken back until now. */
  synchronized long begins() {
    return begins;
  }

  private synchronized void flood() {
    if (!isFlooding || lost != null || unanswered + batch > UNANSWERED_MAX) {
      return;
    }
    HostSessionRequest.Builder request = HostSessionRequest.newBuilder();
    for (int i = 0; i < batch; i++) {
      long id = ++correlationId;
      request.addCommands(HostCommand.newBuilder().setCorrelationId(id).setBegin(begin()));
      request.addCommands(
          HostCommand.newBuilder()
              .setCorrelationId(++correlationId)
              .setCancel(CancelBegin.newBuilder().setBeginCorrelationId(id)));
    }
    begins += batch;
    unanswered += batch;
    call.sendMessage(request.build());
  }

  private BeginInvalidationRequest begin() {
    BeginInvalidationRequest.Builder begin =
        BeginInvalidationRequest.newBuilder()
            .setSpaceId(spaceId)
            .setEvent(InvalidationEvent.INVALIDATION_EVENT_CLEAR)
            .setAckDeadlineMillis(ACK_DEADLINE_MILLIS)
            .addRanges(UnreadDevice.PAGE);
    long base = (1 + (correlationId % PLACES) * RANGES) * STRIDE;
    for (int i = 1; i < RANGES; i++) {
      long first = base + i * STRIDE;
      begin.addRanges(
          AddressRange.newBuilder().setFirst(first).setLast(first + UnreadDevice.PAGE_BYTES - 1));
    }
    return begin.build();
  }

  private void send(long id, HostCommand.Builder command) {
    call.sendMessage(
        HostSessionRequest.newBuilder().addCommands(command.setCorrelationId(id)).build());
  }

  private synchronized void heartbeat() {
    send(++correlationId, HostCommand.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()));
  }

  private void settle() {
    RunFailure failure = lost;
    CompletableFuture<Void> empty = drained;
    CompletableFuture<Void> over = ended;
    if (failure != null) {
      opened.completeExceptionally(failure);
      if (empty != null) {
        empty.completeExceptionally(failure);
      }
      if (over != null) {
        over.completeExceptionally(failure);
      }
    } else if (empty != null && unanswered == 0) {
      empty.complete(null);
    }
  }

  private synchronized void lose(String why) {
    if (lost == null) {
      lost = RunFailure.foundWrong("the host of the flood: " + why);
    }
    settle();
  }

  private synchronized void onNotice(HostNotice notice) {
    switch (notice.getNoticeCase()) {
      case OPENED -> {
        long period = notice.getOpened().getHeartbeatMillis();
        var _ = timer.scheduleAtFixedRate(this::heartbeat, period, period, TimeUnit.MILLISECONDS);
        opened.complete(null);
      }
      case BEGUN -> onBegun(notice.getCorrelationId(), notice.getBegun());
      case ENDED -> {
        CompletableFuture<Void> over = ended;
        if (over != null && notice.getCorrelationId() == KEPT_END_ID) {
          over.complete(null);
        }
      }
      case FAILED -> {
        if (notice.getFailed().getReason().equals("CANCELLED")) {
          answered();
        } else {
          lose(notice.getFailed().getReason() + ": " + notice.getFailed().getMessage());
        }
      }
      case HEARTBEAT, DRAINING, NOTICE_NOT_SET -> {
        // Its lease is far longer than any pause: who loses it is told by the end of the stream.
      }
    }
  }

  private void answered() {
    unanswered--;
    settle();
  }

  private void onBegun(long id, BeginInvalidationResponse begun) {
    if (begun.getFanOut().getNotAckedCount() > 0) {
      lose("a begin was not acked: " + begun.getFanOut().getNotAckedList());
      return;
    }
    boolean isKept = id == KEPT_ID;
    send(
        isKept ? KEPT_END_ID : ++correlationId,
        HostCommand.newBuilder().setEnd(EndInvalidationRequest.newBuilder().setId(begun.getId())));
    if (!isKept) {
      // Acked before it could be taken back.
      answered();
    }
  }

  private final class Answers extends ClientCall.Listener<HostSessionResponse> {
    @Override
    public void onMessage(HostSessionResponse message) {
      message.getNoticesList().forEach(FloodHost.this::onNotice);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      lose("its stream ended: " + status);
    }
  }
}
