package io.svmcoord.client;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.SessionOpened;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a session, from its open to its end, with its lease and heartbeats. A session that
 * reopens gets a new one. Thread-safe, never blocks.
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
  }

  private final ClientRuntime runtime;
  private final Listener<B, Q, A> listener;
  private final Outbox<B, Q> outbox;
  private final BiConsumer<B, Long> addHeartbeat;
  private final long openedAtNanos;
  private final long openedAtWallMillis;

  /** Guards the lease and what belongs to it. */
  private final Object leaseLock = new Object();

  private @Nullable LeaseClock lease;
  private ClientEnvironment.@Nullable Scheduled heartbeats;
  private long heartbeatNanos;

  /** Nothing is sent any more: no heartbeat schedules the next one. */
  private boolean isSilent;

  private volatile @Nullable SessionOpened session;
  private volatile @Nullable ClientCallStreamObserver<Q> call;
  private volatile boolean isClosed;

  SessionStream(
      ClientRuntime runtime,
      Listener<B, Q, A> listener,
      Outbox<B, Q> outbox,
      BiConsumer<B, Long> addHeartbeat) {
    this.runtime = runtime;
    this.listener = listener;
    this.outbox = outbox;
    this.addHeartbeat = addHeartbeat;
    // The lease counts from before open is sent (promise G4).
    this.openedAtNanos = runtime.environment().nanos();
    this.openedAtWallMillis = runtime.environment().wallMillis();
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
    ClientCallStreamObserver<Q> stream = call;
    if (stream != null) {
      outbox.attach(stream);
    }
  }

  @Override
  public void onNext(A message) {
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

  ByteString incarnation() {
    SessionOpened opened = session;
    return opened == null ? ByteString.EMPTY : opened.getIncarnation();
  }

  // The lease.

  /** The coordinator granted the session: the lease runs, heartbeats start. */
  void opened(SessionOpened opened) {
    long ttlNanos = TimeUnit.MILLISECONDS.toNanos(opened.getTtlMillis());
    long guardNanos = TimeUnit.MILLISECONDS.toNanos(opened.getGuardMillis());
    synchronized (leaseLock) {
      lease = new LeaseClock(openedAtNanos, openedAtWallMillis, ttlNanos, guardNanos);
      heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, opened.getHeartbeatMillis()));
      scheduleHeartbeat();
    }
    session = opened;
    if (isClosed) {
      stopHeartbeats();
    }
  }

  /** Under the lease's lock. */
  private void scheduleHeartbeat() {
    if (!isSilent) {
      heartbeats = runtime.after(heartbeatNanos, this::heartbeat);
    }
  }

  private void heartbeat() {
    long number;
    synchronized (leaseLock) {
      if (lease == null || isSilent) {
        return;
      }
      scheduleHeartbeat();
      // The time is taken before the message exists, so it is never later than its sending.
      number = lease.heartbeat(runtime.environment().nanos(), runtime.environment().wallMillis());
    }
    outbox.send(message -> addHeartbeat.accept(message, number));
  }

  void answered(HeartbeatAnswer answer) {
    synchronized (leaseLock) {
      if (lease != null) {
        lease.answered(answer.getNumber(), TimeUnit.MILLISECONDS.toNanos(answer.getTtlMillis()));
      }
    }
  }

  /** Time between two heartbeats; 0 before the session is open. */
  long heartbeatNanos() {
    synchronized (leaseLock) {
      return heartbeatNanos;
    }
  }

  /** Time until the lease is over by this machine's own clocks; 0 from then on. */
  long leaseLeftNanos() {
    synchronized (leaseLock) {
      return lease == null
          ? 0
          : lease.leftNanos(runtime.environment().nanos(), runtime.environment().wallMillis());
    }
  }

  /** Gives the lease up. */
  void revokeLease() {
    synchronized (leaseLock) {
      if (lease != null) {
        lease.revoke();
      }
    }
  }

  private void stopHeartbeats() {
    synchronized (leaseLock) {
      isSilent = true;
      if (heartbeats != null) {
        heartbeats.cancel();
      }
    }
  }
}
