package io.svmcoord.client;

import com.google.protobuf.ByteString;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationRequestOrBuilder;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.CancelBegin;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.EndInvalidationResponse;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.OpenHost;
import io.svmcoord.v1.SessionOpened;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The session of one host: what a {@link SessionKeeper} keeps open, with commands that are answered
 * in any order. Answers are handled where they arrive, since they run nothing of the user's.
 * Thread-safe.
 */
final class HostSessionImpl
    implements HostSession,
        SessionRole<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> {
  private final ClientRuntime runtime;
  private final HostOptions options;
  private final SessionKeeper<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse>
      keeper;
  private final PendingAnswers<HostNotice> pending = new PendingAnswers<>();
  private final JoinedBegins begins = new JoinedBegins();

  /** What is held, by the key of its session: of this one and the one before at most. */
  private final Map<ByteString, HeldInvalidations> held = new ConcurrentHashMap<>();

  private HostSessionImpl(ClientRuntime runtime, HostOptions options) {
    this.runtime = runtime;
    this.options = options;
    this.keeper =
        new SessionKeeper<>(
            "host session '" + options.name() + "'", runtime, this, options.listener());
  }

  static HostSessionImpl open(ClientRuntime runtime, HostOptions options) {
    HostSessionImpl session = new HostSessionImpl(runtime, options);
    session.keeper.openFirst();
    return session;
  }

  // For users.

  @Override
  public Invalidation begin(long spaceId, Collection<AddressRange> ranges, Event event) {
    return begin(spaceId, ranges, event, BeginOptions.DEFAULT);
  }

  @Override
  public Invalidation begin(
      long spaceId, Collection<AddressRange> ranges, Event event, BeginOptions begin) {
    MirrorLock.requireNone("HostSession.begin");
    Begin running = start(spaceId, ranges, event, begin);
    try {
      return runtime.await(running.answer, begin.timeout(), "begin");
    } catch (TimedOutException e) {
      running.takeBack();
      throw e;
    }
  }

  @Override
  public CompletableFuture<Invalidation> beginAsync(
      long spaceId, Collection<AddressRange> ranges, Event event, BeginOptions begin) {
    MirrorLock.requireNone("HostSession.beginAsync");
    Begin running = start(spaceId, ranges, event, begin);
    CompletableFuture<Invalidation> result = runtime.forUsers(running.answer);
    var _ =
        result.whenComplete(
            (invalidation, failure) -> {
              if (result.isCancelled()) {
                running.takeBack();
              }
            });
    ClientEnvironment.Scheduled timer =
        runtime.after(Deadline.nanos(begin.timeout()), running::timeOut);
    var _ = running.answer.whenComplete((invalidation, failure) -> timer.cancel());
    return result;
  }

  @Override
  public long sessionId() {
    return keeper.sessionId();
  }

  @Override
  public SessionState state() {
    return keeper.state();
  }

  @Override
  public boolean isLive() {
    SessionState now = keeper.state();
    boolean isConnected = now == SessionState.ACTIVE || now == SessionState.DRAINING;
    return isConnected && keeper.leaseLeftNanos() > 0;
  }

  @Override
  public Duration leaseLeft() {
    return Duration.ofNanos(keeper.leaseLeftNanos());
  }

  @Override
  public void close() {
    MirrorLock.requireNone("HostSession.close");
    keeper.close();
  }

  // Begins.

  private Begin start(
      long spaceId, Collection<AddressRange> ranges, Event event, BeginOptions begin) {
    BeginInvalidationRequest.Builder request =
        BeginInvalidationRequest.newBuilder()
            .setSpaceId(spaceId)
            .addAllRanges(Wire.ranges(ranges))
            .setEvent(Wire.event(event))
            .setNonBlockable(!begin.blockable())
            .setAckDeadlineMillis((int) begin.ackDeadline().toMillis())
            .setRequestId(begin.requestId());
    begin.owner().ifPresent(owner -> request.setOwnerKey(ownerKey(owner)));
    Begin running = new Begin(keeper.requireOpen(), request);
    running.send(request.build());
    return running;
  }

  private static ByteString ownerKey(DeviceSession owner) {
    if (owner instanceof DeviceSessionImpl session) {
      return session.sessionKey();
    }
    throw new IllegalArgumentException(
        "owner: %s (expected: a session of this SDK)".formatted(owner));
  }

  /** One begin, from its sending to its answer. */
  private final class Begin {
    private final SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse>
        stream;
    private final long id = pending.nextId();
    private final CompletableFuture<Invalidation> answer = new CompletableFuture<>();
    private final JoinedBegins.Joined joined;
    private final HeldInvalidations heldOfSession;
    private final CompletableFuture<HostNotice> notice;

    Begin(
        SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> stream,
        BeginInvalidationRequestOrBuilder request) {
      this.stream = stream;
      this.notice = pending.register(id, stream);
      this.joined = begins.join(stream, request.getSpaceId(), request.getRequestId());
      this.heldOfSession = held(stream.sessionKey());
    }

    void send(BeginInvalidationRequest request) {
      var _ = notice.whenComplete(this::answered);
      sendCommand(stream, id, HostCommand.newBuilder().setBegin(request));
    }

    private void answered(@Nullable HostNotice notice, @Nullable Throwable failure) {
      if (notice == null) {
        failed(failure == null ? unexpected() : failure);
        return;
      }
      switch (notice.getNoticeCase()) {
        case BEGUN -> begun(notice.getBegun());
        case FAILED -> failed(Errors.of(notice.getFailed()));
        case OPENED, ENDED, HEARTBEAT, DRAINING, NOTICE_NOT_SET -> failed(unexpected());
      }
    }

    private void failed(Throwable failure) {
      joined.failed().ifPresent(HostSessionImpl::endUnwanted);
      answer.completeExceptionally(failure);
    }

    private void begun(BeginInvalidationResponse begun) {
      if (!heldOfSession.begun()) {
        failed(Errors.lost("the begin's session was given up before its answer came", null));
        return;
      }
      InvalidationId begunId = Wire.id(begun.getId());
      Invalidation made =
          new InvalidationImpl(
              HostSessionImpl.this,
              stream,
              joined,
              heldOfSession,
              begunId,
              Wire.fanOut(begun.getFanOut()));
      Invalidation invalidation = joined.begun(begunId, made);
      if (!invalidation.equals(made)) {
        heldOfSession.ended(); // It is counted already.
      }
      if (!answer.complete(invalidation)) {
        // Taken back before, but its answer was under way already.
        giveUp(invalidation);
      }
    }

    void timeOut() {
      if (answer.completeExceptionally(Errors.timedOut("begin (expected: an answer in time)"))) {
        cancel();
      }
    }

    /** The caller waits no longer: undone at the coordinator, or ended if it had just begun. */
    void takeBack() {
      if (answer.cancel(false)) {
        cancel();
      } else if (!answer.isCompletedExceptionally()) {
        var _ = answer.thenAccept(this::giveUp);
      }
    }

    /**
     * Begun and not wanted: to be ended, unless a repeated begin holds the same or waits for it.
     */
    private void giveUp(Invalidation invalidation) {
      joined.gaveUp(invalidation).ifPresent(HostSessionImpl::endUnwanted);
    }

    private void cancel() {
      CancelBegin cancel = CancelBegin.newBuilder().setBeginCorrelationId(id).build();
      HostCommand command = HostCommand.newBuilder().setCancel(cancel).build();
      stream.send(message -> message.addCommands(command));
    }
  }

  private HeldInvalidations held(ByteString sessionKey) {
    return held.computeIfAbsent(sessionKey, key -> new HeldInvalidations());
  }

  private static void endUnwanted(Invalidation invalidation) {
    var _ = invalidation.endAsync();
  }

  private static SvmException unexpected() {
    return Errors.lost("the answer is of another kind than its command", null);
  }

  private void sendCommand(
      SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> stream,
      long id,
      HostCommand.Builder command) {
    HostCommand ready = command.setCorrelationId(id).build();
    if (!stream.send(message -> message.addCommands(ready))) {
      pending.failAll(stream, Errors.lost("the stream is over", null));
    }
  }

  // Ends.

  /** On the stream of the begin if it is there; else by a call with that session's key. */
  CompletableFuture<EndResult> end(
      SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> stream,
      InvalidationId invalidation) {
    if (!stream.isOpen()) {
      return endByCall(stream, invalidation);
    }
    long id = pending.nextId();
    CompletableFuture<HostNotice> answer = pending.register(id, stream);
    sendCommand(
        stream,
        id,
        HostCommand.newBuilder()
            .setEnd(EndInvalidationRequest.newBuilder().setId(Wire.id(invalidation))));
    return answer
        .thenApply(HostSessionImpl::endResult)
        .exceptionallyCompose(
            failure ->
                stream.isOpen()
                    ? CompletableFuture.failedFuture(Futures.unwrap(failure))
                    : endByCall(stream, invalidation));
  }

  private static EndResult endResult(HostNotice notice) {
    return switch (notice.getNoticeCase()) {
      case ENDED -> new EndResult(notice.getEnded().getForceEnded());
      case FAILED -> throw Errors.of(notice.getFailed());
      case OPENED, BEGUN, HEARTBEAT, DRAINING, NOTICE_NOT_SET -> throw unexpected();
    };
  }

  /**
   * What the coordinator forgot, because it was restarted or the lease ended, it answers with a
   * plain OK; so a lease that is over here, or another incarnation, counts as ended by force.
   */
  private CompletableFuture<EndResult> endByCall(
      SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> stream,
      InvalidationId id) {
    boolean isForgotten =
        stream.leaseLeftNanos() == 0 || !keeper.incarnation().equals(stream.incarnation());
    EndInvalidationRequest request =
        EndInvalidationRequest.newBuilder()
            .setId(Wire.id(id))
            .setSessionKey(stream.sessionKey())
            .build();
    CompletableFuture<EndInvalidationResponse> answer =
        Futures.of(
            runtime
                .withDeadline(
                    InvalidationServiceGrpc.newFutureStub(runtime.channel()), runtime.deadline())
                .endInvalidation(request));
    return answer.thenApply(response -> new EndResult(isForgotten || response.getForceEnded()));
  }

  ClientRuntime runtime() {
    return runtime;
  }

  // For the keeper.

  @Override
  public SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> start(
      SessionStream.Listener<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse>
          listener,
      SessionLease lease) {
    SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> stream =
        new SessionStream<>(
            runtime,
            listener,
            lease,
            new Outbox<>(HostSessionRequest::newBuilder, HostSessionRequest.Builder::build),
            (message, number) ->
                message.addCommands(
                    HostCommand.newBuilder()
                        .setHeartbeat(Heartbeat.newBuilder().setNumber(number))));
    var _ = InvalidationServiceGrpc.newStub(runtime.channel()).hostSession(stream);
    return stream;
  }

  @Override
  public void addOpen(HostSessionRequest.Builder message, ByteString previousKey) {
    OpenHost.Builder open =
        OpenHost.newBuilder()
            .setName(options.name())
            .setTtlMillis((int) options.ttl().toMillis())
            .setClientVersion(ClientRuntime.VERSION);
    // What a user still holds of the former session stays protected by its lease.
    if (!previousKey.isEmpty() && held(previousKey).giveUp()) {
      open.setPreviousSessionKey(previousKey);
    }
    message.addCommands(HostCommand.newBuilder().setOpen(open));
  }

  @Override
  public Consumer<HostSessionRequest.Builder> resume(SessionOpened session) {
    throw new IllegalStateException("resume: of a host (expected: of what is resumable)");
  }

  @Override
  public void addDetach(HostSessionRequest.Builder message) {
    message.addCommands(HostCommand.newBuilder().setDetach(Detach.getDefaultInstance()));
  }

  @Override
  public void received(
      SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> stream,
      HostSessionResponse message) {
    List<HostNotice> notices = message.getNoticesList();
    for (HostNotice notice : notices) {
      switch (notice.getNoticeCase()) {
        case HEARTBEAT -> stream.answered(notice.getHeartbeat());
        case OPENED -> keeper.opened(stream, notice.getOpened());
        case DRAINING ->
            keeper.post(() -> keeper.draining(notice.getDraining().getDeadlineMillis()));
        case BEGUN, ENDED, FAILED, NOTICE_NOT_SET -> answered(notice);
      }
    }
    stream.requestNext();
  }

  private void answered(HostNotice notice) {
    CompletableFuture<HostNotice> waiting = pending.take(notice.getCorrelationId());
    if (waiting != null) {
      waiting.complete(notice);
    }
  }

  @Override
  public void opened(
      SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> stream,
      boolean isFirst) {
    keeper.settled();
    held.keySet().retainAll(Set.of(stream.sessionKey()));
    if (!isFirst) {
      keeper.tell(new SessionEvent.Reopened(stream.sessionId()));
    }
  }

  @Override
  public void lost(
      SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> stream,
      SvmException cause) {
    begins.forget(stream);
    pending.failAll(stream, Errors.lost("the stream broke, the begin's fate is unknown", cause));
  }

  /** What was begun stays held until its own lease is over, also while the next session is open. */
  @Override
  public boolean isResumable() {
    return false;
  }

  /** A host uses no pages: each of its invalidations asks the lease itself. */
  @Override
  public boolean drop() {
    return true;
  }
}
