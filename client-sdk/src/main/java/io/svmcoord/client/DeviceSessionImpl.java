package io.svmcoord.client;

import com.google.protobuf.ByteString;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.SessionOpened;
import io.svmcoord.v1.SessionResumed;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * The session of one device: what a {@link SessionKeeper} keeps open, for mirrors. Thread-safe.
 *
 * <p>The stream's messages are handled in the keeper's mailbox, in order; see {@link DeviceEvents}.
 * Subscriptions are changed by {@link DeviceSubscriptions}.
 */
final class DeviceSessionImpl
    implements DeviceSession,
        MirrorImpl.Session,
        SessionRole<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse> {
  /** Most faults of one session that run in the background. */
  static final int ASYNC_FAULTS_MAX = 4096;

  private final ClientRuntime runtime;
  private final DeviceOptions options;
  private final SessionKeeper<
          DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
      keeper;
  private final Map<Long, SpaceMirrors> spaces = new ConcurrentHashMap<>();
  private final UpdateCommands commands;
  private final DeviceSubscriptions subscriptions;
  private final DeviceEvents events;
  private final DeviceResume resume;
  private final Semaphore asyncFaults = new Semaphore(ASYNC_FAULTS_MAX);

  private DeviceSessionImpl(ClientRuntime runtime, DeviceOptions options) {
    this.runtime = runtime;
    this.options = options;
    this.keeper =
        new SessionKeeper<>(
            "device session '" + options.name() + "'", runtime, this, options.listener());
    this.commands = new UpdateCommands(runtime, keeper);
    this.subscriptions = new DeviceSubscriptions(runtime, keeper, spaces, commands);
    this.events = new DeviceEvents(runtime, keeper, options, spaces, commands);
    this.resume = new DeviceResume(keeper, spaces, commands, events);
  }

  static DeviceSessionImpl open(ClientRuntime runtime, DeviceOptions options) {
    DeviceSessionImpl session = new DeviceSessionImpl(runtime, options);
    session.keeper.openFirst();
    return session;
  }

  // For users.

  @Override
  public Mirror mirror(long spaceId, AddressRange range, DeviceTable table, PageSource source) {
    MirrorLock.requireNone("DeviceSession.mirror");
    MirrorCore core =
        new MirrorCore(
            runtime.environment(), keeper::leaseLeftNanos, options.rules(), spaceId, table);
    Mirror mirror = new MirrorImpl(this, core, source);
    subscriptions.subscribe(core, range);
    return mirror;
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
  public Duration leaseLeft() {
    return Duration.ofNanos(keeper.leaseLeftNanos());
  }

  @Override
  public void close() {
    MirrorLock.requireNone("DeviceSession.close");
    finishMirrors();
    keeper.close();
    // Those whose subscription was answered meanwhile: nothing was mapped through them.
    finishMirrors();
  }

  private void finishMirrors() {
    spaces
        .values()
        .forEach(
            space -> space.mirrors.forEach(one -> one.mirror.finish(MirrorState.Phase.CLOSED)));
  }

  /** Proves to be this device, for the owner of a begin. */
  ByteString sessionKey() {
    return keeper.sessionKey();
  }

  // For mirrors.

  @Override
  public void update(
      MirrorCore mirror, Collection<AddressRange> remove, Collection<AddressRange> add) {
    subscriptions.update(mirror, remove, add);
  }

  @Override
  public void unsubscribe(MirrorCore mirror) {
    subscriptions.unsubscribe(mirror);
  }

  @Override
  public <T> CompletableFuture<T> async(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    if (!asyncFaults.tryAcquire()) {
      result.completeExceptionally(
          new SvmException(
              Errors.LIMIT,
              true,
              "faults in the background: more than %d (expected: at most that)"
                  .formatted(ASYNC_FAULTS_MAX),
              Map.of("limit", Integer.toString(ASYNC_FAULTS_MAX)),
              null));
      return result;
    }
    runtime
        .background()
        .execute(
            () -> {
              try {
                T value = task.call();
                runtime.callbacks().execute(() -> result.complete(value));
              } catch (Throwable e) {
                runtime.callbacks().execute(() -> result.completeExceptionally(e));
              } finally {
                asyncFaults.release();
              }
            });
    return result;
  }

  @Override
  public ClientEnvironment environment() {
    return runtime.environment();
  }

  // For the keeper.

  @Override
  public SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
      start(
          SessionStream.Listener<
                  DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
              listener,
          SessionLease lease) {
    SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
        stream =
            new SessionStream<>(
                runtime,
                listener,
                lease,
                new Outbox<>(DeviceSessionRequest::newBuilder, DeviceSessionRequest.Builder::build),
                (message, number) ->
                    message.setHeartbeat(Heartbeat.newBuilder().setNumber(number)));
    var _ = DeviceServiceGrpc.newStub(runtime.channel()).deviceSession(stream);
    return stream;
  }

  @Override
  public void addOpen(DeviceSessionRequest.Builder message, ByteString previousKey) {
    OpenDevice open =
        OpenDevice.newBuilder()
            .setName(options.name())
            .setTtlMillis((int) options.ttl().toMillis())
            .setPreviousSessionKey(previousKey)
            .setClientVersion(ClientRuntime.VERSION)
            .build();
    message.addCommands(DeviceCommand.newBuilder().setOpen(open));
  }

  @Override
  public Consumer<DeviceSessionRequest.Builder> resume(SessionOpened session) {
    return resume.command(session);
  }

  @Override
  public void addDetach(DeviceSessionRequest.Builder message) {
    message.addCommands(DeviceCommand.newBuilder().setDetach(Detach.getDefaultInstance()));
  }

  /** Heartbeats and the opening need no order: the lease must not wait for a slow table. */
  @Override
  public void received(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      DeviceSessionResponse message) {
    boolean isHandled = true;
    for (DeviceNotice notice : message.getNoticesList()) {
      switch (notice.getNoticeCase()) {
        case HEARTBEAT -> stream.answered(notice.getHeartbeat());
        case OPENED -> keeper.opened(stream, notice.getOpened());
        case RESUMED -> resumed(stream, notice.getResumed());
        case INVALIDATE, ENDED, CAUGHT_UP, UPDATED, FAILED, RELEASED, DRAINING, NOTICE_NOT_SET ->
            isHandled = false;
      }
    }
    if (isHandled) {
      stream.requestNext();
    } else {
      keeper.post(
          () -> {
            events.handle(stream, message);
            stream.requestNext();
          });
    }
  }

  private void resumed(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      SessionResumed answer) {
    keeper.resumed(stream, answer.getSession(), (old, now) -> resume.bring(old, now, answer));
  }

  @Override
  public void opened(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      boolean isFirst) {
    if (isFirst) {
      keeper.settled();
    } else {
      subscriptions.subscribeAgain(stream);
    }
  }

  @Override
  public void lost(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      SvmException cause) {
    commands.lost(stream, cause);
  }

  @Override
  public boolean isResumable() {
    return true;
  }

  @Override
  public boolean drop() {
    List<MirrorCore> mirrors =
        spaces.values().stream()
            .flatMap(space -> space.mirrors.stream())
            .map(one -> one.mirror)
            .toList();
    mirrors.forEach(MirrorCore::fence);
    Deadline deadline = runtime.deadlineAfter(runtime.deadline());
    boolean isVouched = true;
    for (MirrorCore mirror : mirrors) {
      isVouched &= mirror.awaitStopped(deadline);
    }
    return isVouched;
  }
}
