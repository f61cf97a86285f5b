package io.svmcoord.loadtest.load;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.svmcoord.loadtest.report.Latencies;
import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.OpenHost;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A host that begins at a fixed rate, however long the answers take: each begin goes to the first
 * of its address spaces in which fewer begins wait than may. So what a space with a stopped device
 * no longer takes goes to the next one, and the rate stays what it is. Thread-safe.
 */
public final class PacedHost implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
  private static final long FIRST_BEGIN_ID = 1;
  private static final long OPEN_ID = 1L << 62;
  private static final long END_ID = OPEN_ID + 1;
  private static final long HEARTBEAT_ID = OPEN_ID + 2;
  private static final long DETACH_ID = OPEN_ID + 3;
  private static final int TTL_MILLIS = 60_000;
  private static final int ACK_DEADLINE_MILLIS = 60_000;

  private final Connections connections;
  private final ClientCall<HostSessionRequest, HostSessionResponse> call;
  private final CompletableFuture<EventLoop> opened = new CompletableFuture<>();
  private final CompletableFuture<Status> closed = new CompletableFuture<>();
  private final List<Flow> flows = new ArrayList<>();
  private final Heartbeats heartbeats = new Heartbeats();
  private @Nullable Future<?> begins;
  private long leftOut;

  /**
   * An address space that it begins in.
   *
   * @param id of the address space
   * @param waitingMax begins that may wait in it
   */
  public record Space(long id, int waitingMax) {}

  /** What it does in one space. Confined to the event loop. */
  private static final class Flow {
    final long spaceId;

    /** Correlation id of the begins of slot 0. */
    final long firstId;

    /** When the begin of each slot was sent; 0: the slot is free. */
    final long[] sentNanos;

    final Histogram answered = Latencies.create();
    int waiting;
    long page;

    Flow(Space space, long firstId) {
      this.spaceId = space.id;
      this.firstId = firstId;
      this.sentNanos = new long[space.waitingMax];
    }

    boolean hasSlot() {
      return waiting < sentNanos.length;
    }

    boolean has(long correlationId) {
      return correlationId >= firstId && correlationId < firstId + sentNanos.length;
    }

    int takeSlot(long nowNanos) {
      int slot = 0;
      while (sentNanos[slot] != 0) {
        slot++;
      }
      sentNanos[slot] = nowNanos == 0 ? 1 : nowNanos;
      waiting++;
      return slot;
    }
  }

  /**
   * What happened since it was asked last.
   *
   * @param answered how long the begins of each space took that were answered, nanoseconds; in the
   *     order of the spaces
   * @param leftOut begins that no space took
   */
  public record Taken(List<Histogram> answered, long leftOut) {
    /** Copies the list. */
    public Taken {
      answered = List.copyOf(answered);
    }
  }

  /**
   * On a connection and an event loop of its own.
   *
   * @param spaces the preferred one first
   */
  public PacedHost(InetSocketAddress target, List<Space> spaces) {
    this.connections = Connections.to(target, 1, 1);
    long firstId = FIRST_BEGIN_ID;
    for (Space space : spaces) {
      flows.add(new Flow(space, firstId));
      firstId += space.waitingMax;
    }
    this.call =
        connections
            .channel(0)
            .newCall(InvalidationServiceGrpc.getHostSessionMethod(), CallOptions.DEFAULT);
  }

  /**
   * Opens the session, and begins from then on; blocks until it is open. Once.
   *
   * @param beginsPerSecond of all spaces together
   * @throws RunFailure when it is refused
   */
  public void start(int beginsPerSecond) {
    call.start(new Answers(), new Metadata());
    call.request(Integer.MAX_VALUE);
    send(
        HostCommand.newBuilder()
            .setCorrelationId(OPEN_ID)
            .setOpen(OpenHost.newBuilder().setName("paced-host").setTtlMillis(TTL_MILLIS)));
    EventLoop loop = Patience.await(opened, CALL_TIMEOUT, "the host's session");
    long period = TimeUnit.SECONDS.toNanos(1) / beginsPerSecond;
    loop.execute(
        () -> begins = loop.scheduleAtFixedRate(this::begin, period, period, TimeUnit.NANOSECONDS));
  }

  /**
   * What happened since the last call of this. Blocks for a moment.
   *
   * @throws RunFailure when the session was lost
   */
  public Taken take() {
    EventLoop loop = Patience.await(opened, CALL_TIMEOUT, "the host's session");
    if (closed.isDone()) {
      throw RunFailure.foundWrong("the host's session ended: " + closed.join());
    }
    return Patience.await(
        CompletableFuture.supplyAsync(this::takeOnLoop, loop), CALL_TIMEOUT, "the measurement");
  }

  private Taken takeOnLoop() {
    List<Histogram> answered = new ArrayList<>();
    for (Flow flow : flows) {
      answered.add(flow.answered.copy());
      flow.answered.reset();
    }
    Taken taken = new Taken(answered, leftOut);
    leftOut = 0;
    return taken;
  }

  /** Leaves; blocks until it has, for a bounded time. */
  @Override
  public void close() {
    send(
        HostCommand.newBuilder()
            .setCorrelationId(DETACH_ID)
            .setDetach(Detach.getDefaultInstance()));
    var _ =
        closed
            .copy()
            .completeOnTimeout(Status.OK, CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .join();
    connections.close();
  }

  private void begin() {
    for (Flow flow : flows) {
      if (flow.hasSlot()) {
        long first = flow.page++ % FanoutSubscription.PAGES * FanoutSubscription.PAGE_BYTES;
        int slot = flow.takeSlot(System.nanoTime());
        send(
            HostCommand.newBuilder()
                .setCorrelationId(flow.firstId + slot)
                .setBegin(
                    BeginInvalidationRequest.newBuilder()
                        .setSpaceId(flow.spaceId)
                        .setEvent(InvalidationEvent.INVALIDATION_EVENT_CLEAR)
                        .setAckDeadlineMillis(ACK_DEADLINE_MILLIS)
                        .addRanges(
                            AddressRange.newBuilder()
                                .setFirst(first)
                                .setLast(first + FanoutSubscription.PAGE_BYTES - 1))));
        return;
      }
    }
    leftOut++;
  }

  private void onBegun(long correlationId, BeginInvalidationResponse begun) {
    Flow flow = flows.stream().filter(each -> each.has(correlationId)).findFirst().orElseThrow();
    int slot = Math.toIntExact(correlationId - flow.firstId);
    if (begun.getFanOut().getNotAckedCount() > 0) {
      call.cancel("a begin was not acked: " + begun.getFanOut().getNotAckedList(), null);
      return;
    }
    Latencies.record(flow.answered, System.nanoTime() - flow.sentNanos[slot]);
    flow.sentNanos[slot] = 0;
    flow.waiting--;
    send(
        HostCommand.newBuilder()
            .setCorrelationId(END_ID)
            .setEnd(EndInvalidationRequest.newBuilder().setId(begun.getId())));
  }

  private void onNotice(HostNotice notice) {
    switch (notice.getNoticeCase()) {
      case BEGUN -> onBegun(notice.getCorrelationId(), notice.getBegun());
      case OPENED -> {
        EventLoop loop = connections.currentLoop();
        heartbeats.start(loop, notice.getOpened().getHeartbeatMillis(), this::sendHeartbeat);
        opened.complete(loop);
      }
      case FAILED ->
          call.cancel(
              notice.getFailed().getReason() + ": " + notice.getFailed().getMessage(), null);
      case ENDED, HEARTBEAT, DRAINING, NOTICE_NOT_SET -> {
        // Its lease is far longer than any pause: who loses it is told by the end of the stream.
      }
    }
  }

  private void sendHeartbeat(Heartbeat heartbeat) {
    send(HostCommand.newBuilder().setCorrelationId(HEARTBEAT_ID).setHeartbeat(heartbeat));
  }

  private void send(HostCommand.Builder command) {
    call.sendMessage(HostSessionRequest.newBuilder().addCommands(command).build());
  }

  private final class Answers extends ClientCall.Listener<HostSessionResponse> {
    @Override
    public void onMessage(HostSessionResponse message) {
      message.getNoticesList().forEach(PacedHost.this::onNotice);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      heartbeats.stop();
      if (begins != null) {
        begins.cancel(false);
      }
      opened.completeExceptionally(
          RunFailure.foundWrong("the host's session was refused: " + status));
      closed.complete(status);
    }
  }
}
