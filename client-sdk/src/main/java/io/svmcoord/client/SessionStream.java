package io.svmcoord.client;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.SessionOpened;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a session, from its open or resume to its end, with its heartbeats. A session that
 * resumes or reopens gets a new one. Thread-safe, never blocks.
 *
 * @param <B> builder of a message to the coordinator
 * @param <Q> message to the coordinator
 * @param <A> message from the coordinator
 */
final class SessionStream<B, Q, A> implements ClientResponseObserver<Q, A> {
  /** Most messages that were received and are not handled yet; then the coordinator has to wait. */
  static final int RECEIVED_MAX = 256;

  /** What a stream tells, on Netty's threads. */
  interface Listener<B, Q, A> {
    /** A message arrived; {@link SessionStream#requestNext} when it is handled. */
    void received(SessionStream<B, Q, A> stream, A message);

    /** The stream is over, whoever ended it. Called once. */
    void closed(SessionStream<B, Q, A> stream, SvmException cause);

    /**
     * A heartbeat was not answered for an interval and a half; perhaps the connection leads
     * nowhere. Called for each such heartbeat, on the timer's thread.
     */
    void silent(SessionStream<B, Q, A> stream);
  }

  private final ClientRuntime runtime;
  private final Listener<B, Q, A> listener;
  private final Outbox<B, Q> outbox;
  private final BiConsumer<B, Long> addHeartbeat;
  private final SessionLease lease;

  /** Of the resume that begins it, among the lease's heartbeats; 0 if it begins with open. */
  private final long resumeNumber;

  /** Guards what follows. */
  private final Object heartbeatLock = new Object();

  private ClientEnvironment.@Nullable Scheduled heartbeats;

  /** Nothing is sent any more: no heartbeat schedules the next one. */
  private boolean isSilent;

  private volatile SharedConnection.Line line;
  private volatile @Nullable SessionOpened session;
  private volatile @Nullable ClientCallStreamObserver<Q> call;
  private volatile boolean isClosed;

  SessionStream(
      ClientRuntime runtime,
      Listener<B, Q, A> listener,
      SessionLease lease,
      Outbox<B, Q> outbox,
      BiConsumer<B, Long> addHeartbeat) {
    this.runtime = runtime;
    this.listener = listener;
    this.lease = lease;
    this.resumeNumber = lease.sending();
    this.outbox = outbox;
    this.addHeartbeat = addHeartbeat;
    this.line = runtime.connection().line();
  }

  // From gRPC.

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> stream) {
    stream.disableAutoRequestWithInitial(RECEIVED_MAX);
    stream.setOnReadyHandler(outbox::write);
    call = stream;
  }

  /** The call was started: what waits may go out. */
  void started() {
    // Again: the connection may have been left before the call was started.
    line = runtime.connection().line();
    ClientCallStreamObserver<Q> stream = call;
    if (stream != null) {
      outbox.attach(stream);
    }
  }

  @Override
  public void onNext(A message) {
    runtime.connection().heard(line);
    listener.received(this, message);
  }

  @Override
  public void onError(Throwable error) {
    close(Errors.of(Status.fromThrowable(error), Status.trailersFromThrowable(error)));
  }

  @Override
  public void onCompleted() {
    close(Errors.lost("the coordinator closed the stream", null));
  }

  private void close(SvmException cause) {
    isClosed = true;
    outbox.closed();
    stopHeartbeats();
    listener.closed(this, cause);
  }

  // For the session.

  /** Sends a part of a message; false if the stream is over. */
  boolean send(Consumer<B> part) {
    return outbox.send(part);
  }

  /** One received message is handled: another may come. */
  void requestNext() {
    ClientCallStreamObserver<Q> stream = call;
    if (stream != null && !isClosed) {
      stream.request(1);
    }
  }

  /** Sends what waits and says that nothing more will come. */
  void halfClose() {
    stopHeartbeats();
    outbox.halfClose();
  }

  /** Gives the stream up. */
  void cancel(String why) {
    stopHeartbeats();
    outbox.cancel(why);
  }

  /** It has waited for an answer for so long: its connection may lead nowhere. */
  void suspectConnection(long silentNanos) {
    runtime.connection().leave(line, silentNanos);
  }

  boolean isClosed() {
    return isClosed;
  }

  boolean isOpen() {
    return session != null && !isClosed;
  }

  long sessionId() {
    SessionOpened opened = session;
    return opened == null ? 0 : opened.getSessionId();
  }

  /** Proves to be this session; empty before it is open. Secret. */
  ByteString sessionKey() {
    SessionOpened opened = session;
    return opened == null ? ByteString.EMPTY : opened.getSessionKey();
  }

  /** What the coordinator said of the session; null before it is open. */
  @Nullable SessionOpened session() {
    return session;
  }

  ByteString incarnation() {
    SessionOpened opened = session;
    return opened == null ? ByteString.EMPTY : opened.getIncarnation();
  }

  // The lease.

  SessionLease lease() {
    return lease;
  }

  long leaseLeftNanos() {
    return lease.leftNanos();
  }

  /** The coordinator granted the session: the lease runs, heartbeats start. */
  void opened(SessionOpened opened) {
    lease.granted(opened);
    start(opened);
  }

  /** The session goes on over this stream: the lease is renewed, heartbeats start. */
  void resumed(SessionOpened resumed) {
    lease.answered(resumeNumber, resumed.getTtlMillis());
    start(resumed);
  }

  private void start(SessionOpened opened) {
    session = opened;
    synchronized (heartbeatLock) {
      scheduleHeartbeat();
    }
    if (isClosed) {
      stopHeartbeats();
    }
  }

  /** Under the lock of the heartbeats. */
  private void scheduleHeartbeat() {
    if (!isSilent) {
      heartbeats = runtime.after(lease.heartbeatNanos(), this::heartbeat);
    }
  }

  private void heartbeat() {
    SessionOpened opened = session;
    synchronized (heartbeatLock) {
      if (opened == null || isSilent) {
        return;
      }
      scheduleHeartbeat();
    }
    long number = lease.sending();
    outbox.send(message -> addHeartbeat.accept(message, number));
    var _ = runtime.after(lease.patienceNanos(), () -> checkAnswered(number));
  }

  private void checkAnswered(long number) {
    synchronized (heartbeatLock) {
      if (isSilent) {
        return;
      }
    }
    if (lease.isUnanswered(number)) {
      listener.silent(this);
    }
  }

  void answered(HeartbeatAnswer answer) {
    lease.answered(answer.getNumber(), answer.getTtlMillis());
  }

  private void stopHeartbeats() {
    synchronized (heartbeatLock) {
      isSilent = true;
      if (heartbeats != null) {
        heartbeats.cancel();
      }
    }
  }
}
