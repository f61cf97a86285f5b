package io.svmcoord.client;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.SessionOpened;
import java.util.concurrent.ScheduledFuture;
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
  private @Nullable ScheduledFuture<?> heartbeats;
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
    this.openedAtNanos = runtime.time().nanos();
    this.openedAtWallMillis = runtime.time().wallMillis();
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
    long interval = Math.max(1, opened.getHeartbeatMillis());
    synchronized (leaseLock) {
      lease = new LeaseClock(openedAtNanos, openedAtWallMillis, ttlNanos, guardNanos);
      heartbeats =
          runtime
              .scheduler()
              .scheduleWithFixedDelay(this::heartbeat, interval, interval, TimeUnit.MILLISECONDS);
    }
    session = opened;
    if (isClosed) {
      stopHeartbeats();
    }
  }

  private void heartbeat() {
    long number;
    synchronized (leaseLock) {
      if (lease == null) {
        return;
      }
      // The time is taken before the message exists, so it is never later than its sending.
      number = lease.heartbeat(runtime.time().nanos(), runtime.time().wallMillis());
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

  /** Time until the lease is over by this machine's own clocks; 0 from then on. */
  long leaseLeftNanos() {
    synchronized (leaseLock) {
      return lease == null
          ? 0
          : lease.leftNanos(runtime.time().nanos(), runtime.time().wallMillis());
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
      if (heartbeats != null) {
        heartbeats.cancel(false);
      }
    }
  }
}
