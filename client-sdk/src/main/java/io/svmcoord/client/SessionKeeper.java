package io.svmcoord.client;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.grpc.ConnectivityState;
import io.svmcoord.v1.SessionOpened;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session open: opens it, watches its lease, and opens it again after it was lost. What is
 * the same for hosts and devices; the {@link Role} does the rest.
 *
 * <p>All changes of state happen on one serial executor of virtual threads, {@link #mailbox}, in
 * the order of the stream; the lease alone is read from anywhere. One exception: when the lease
 * ends, a device drops everything on a thread of its own, so that a stuck task in the mailbox can't
 * delay it.
 *
 * <p>States: CONNECTING, then ACTIVE (or DRAINING) while connected; DEGRADED from the break of the
 * stream until the lease is over or the coordinator is in reach again; FENCED from then until the
 * next session is open; CLOSED by the user. Thread-safe.
 *
 * @param <B> builder of a message to the coordinator
 * @param <Q> message to the coordinator
 * @param <A> message from the coordinator
 */
final class SessionKeeper<B, Q, A> implements SessionStream.Listener<B, Q, A> {
  private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);

  private static final long REOPEN_NANOS_FIRST = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long REOPEN_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

  /**
   * What a host does otherwise than a device. Called in the mailbox but where it says otherwise.
   */
  interface Role<B, Q, A> {
    /** Makes and starts a stream. */
    SessionStream<B, Q, A> start(SessionStream.Listener<B, Q, A> listener);

    /** Adds the open command to a message. */
    void addOpen(B message, ByteString previousKey);

    /** Adds the detach command to a message. */
    void addDetach(B message);

    /** A message arrived; on a Netty thread. */
    void received(SessionStream<B, Q, A> stream, A message);

    /** The session is open; {@code isFirst} or again. */
    void opened(SessionStream<B, Q, A> stream, boolean isFirst);

    /** The stream is over: nothing sent on it will be answered any more. */
    void lost(SessionStream<B, Q, A> stream, SvmException cause);

    /**
     * Whether a lease that still runs is given up for a new session: a device has to drop
     * everything before it may open the next one, while a host goes on with what it holds.
     */
    boolean isLeaseGivenUp();

    /**
     * Stops using everything; repeating it is harmless. On any thread that may block. False if it
     * can't vouch for having stopped.
     */
    boolean drop();
  }

  private final String name;
  private final ClientRuntime runtime;
  private final Role<B, Q, A> role;
  private final SessionListener listener;
  private final Executor mailbox;
  private final Executor news;
  private final Backoff backoff;
  private final CompletableFuture<Void> firstOpened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private volatile SessionState state = SessionState.CONNECTING;

  /** The stream in use, or the next one that is being opened. */
  private volatile @Nullable SessionStream<B, Q, A> stream;

  /** The last stream that was opened, also after it broke: its lease is the session's. */
  private volatile @Nullable SessionStream<B, Q, A> lastOpened;

  // Confined to the mailbox.
  private boolean wasOpen;
  private boolean isClosing;

  /** Of the last session; empty if there was none or nobody can vouch for having dropped it. */
  private ByteString previousKey = ByteString.EMPTY;

  SessionKeeper(String name, ClientRuntime runtime, Role<B, Q, A> role, SessionListener listener) {
    this.name = name;
    this.runtime = runtime;
    this.role = role;
    this.listener = listener;
    this.backoff =
        new Backoff(REOPEN_NANOS_FIRST, REOPEN_NANOS_MAX, runtime.environment().random());
    this.mailbox = MoreExecutors.newSequentialExecutor(runtime.callbacks());
    this.news = MoreExecutors.newSequentialExecutor(runtime.callbacks());
  }

  // For the session's users.

  /** Opens it for the first time; blocks until it is open. */
  void openFirst() {
    mailbox.execute(this::connect);
    try {
      var _ = runtime.environment().await(firstOpened, Deadline.nanos(runtime.deadline()));
    } catch (ExecutionException e) {
      throw asSvmException(e.getCause());
    } catch (TimeoutException e) {
      leaveConnection();
      mailbox.execute(() -> abandon("open was not answered in time"));
      throw Errors.timedOut("open of %s (expected: an answer in time)".formatted(name));
    } catch (InterruptedException e) {
      mailbox.execute(() -> abandon("open was interrupted"));
      throw Errors.interrupted("open of " + name, e);
    }
  }

  private static SvmException asSvmException(@Nullable Throwable cause) {
    return cause instanceof SvmException known
        ? known
        : Errors.lost("the session could not be opened", cause);
  }

  SessionState state() {
    return state;
  }

  /** The stream of an open session; throws if there is none. */
  SessionStream<B, Q, A> requireOpen() {
    SessionStream<B, Q, A> now = stream;
    if (now != null && now.isOpen() && state != SessionState.CLOSED) {
      return now;
    }
    throw state == SessionState.CLOSED
        ? Errors.closed(name)
        : Errors.lost(
            "%s: %s, not connected (expected: an open stream)".formatted(name, state), null);
  }

  long sessionId() {
    SessionStream<B, Q, A> now = lastOpened;
    return now == null ? 0 : now.sessionId();
  }

  ByteString sessionKey() {
    return requireOpen().sessionKey();
  }

  /** Incarnation of the coordinator that opened it last; empty before. */
  ByteString incarnation() {
    SessionStream<B, Q, A> now = lastOpened;
    return now == null ? ByteString.EMPTY : now.incarnation();
  }

  long leaseLeftNanos() {
    SessionStream<B, Q, A> now = lastOpened;
    return now == null ? 0 : now.leaseLeftNanos();
  }

  /** Leaves; blocks until the coordinator knows, at most for the deadline. */
  void close() {
    mailbox.execute(this::leave);
    try {
      var _ = runtime.environment().await(closed, Deadline.nanos(runtime.deadline()));
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("{}: detach was not answered, its lease has to run out", name);
      mailbox.execute(() -> abandon("closed by its user"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // For the role.

  /** Runs a task in order with everything else of this session. */
  void post(Runnable task) {
    mailbox.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            LOG.error("{}: the session can't go on", name, e);
            giveUp(Errors.lost("handling of a message failed", e), true);
          }
        });
  }

  /** Tells news in order, on a thread of their own. */
  void tell(SessionEvent event) {
    news.execute(
        () -> {
          try {
            listener.onEvent(event);
          } catch (RuntimeException e) {
            LOG.error("{}: its listener failed on {}", name, event, e);
          }
        });
  }

  /** The answer to open arrived; on a Netty thread. */
  void opened(SessionStream<B, Q, A> from, SessionOpened answer) {
    from.opened(answer);
    post(() -> openedInOrder(from));
  }

  /** The open session is in full use again: the next loss is a first one. In the mailbox. */
  void settled() {
    backoff.reset();
  }

  /** Whether messages of this stream still count. In the mailbox. */
  boolean isCurrent(SessionStream<B, Q, A> one) {
    return one == stream;
  }

  /** The coordinator is about to stop. In the mailbox. */
  void draining(long deadlineMillis) {
    if (state == SessionState.ACTIVE) {
      state = SessionState.DRAINING;
    }
    tell(new SessionEvent.Draining(Duration.ofMillis(deadlineMillis)));
  }

  /**
   * Ends this session from here and opens another. In the mailbox.
   *
   * @param isVouched whether the next one may say that everything was dropped; the role's {@link
   *     Role#drop} has to agree
   */
  void giveUp(SvmException cause, boolean isVouched) {
    fence(cause, isVouched);
    SessionStream<B, Q, A> now = stream;
    if (now == null || isClosing) {
      return;
    }
    // Also if it was closed meanwhile: what still waits in the mailbox, the answer to a
    // subscription say, must not bring a mirror to life that no session covers (promise G1).
    stream = null;
    if (!now.isClosed()) {
      // Half-closed and not cancelled: what was sent before, a refusal say, still arrives.
      now.halfClose();
      var _ = runtime.after(runtime.deadline().toNanos(), () -> now.cancel("given up"));
    }
    role.lost(now, cause);
    reopenLater();
  }

  // The life of a session, in the mailbox.

  private void connect() {
    if (isClosing) {
      return;
    }
    SessionStream<B, Q, A> next = role.start(this);
    ByteString key = previousKey;
    next.send(message -> role.addOpen(message, key));
    stream = next;
    next.started();
    var _ =
        runtime.after(
            runtime.deadline().toNanos(),
            () -> {
              if (!next.isOpen() && !next.isClosed()) {
                leaveConnection();
                next.cancel("open was not answered in time");
              }
            });
  }

  private void openedInOrder(SessionStream<B, Q, A> from) {
    if (from != stream || isClosing) {
      from.cancel("not wanted any more");
      return;
    }
    boolean isFirst = !wasOpen;
    wasOpen = true;
    lastOpened = from;
    previousKey = from.sessionKey();
    state = SessionState.ACTIVE;
    watchLease(from);
    role.opened(from, isFirst);
    if (isFirst) {
      firstOpened.complete(null);
      tell(new SessionEvent.Connected(from.sessionId()));
    }
  }

  /**
   * Comes back at the end of the lease, as often as it was renewed, and with each heartbeat: a
   * timer sleeps with its machine, and the lease does not. On the scheduler's thread.
   */
  private void watchLease(SessionStream<B, Q, A> watched) {
    long left = watched.leaseLeftNanos();
    if (left > 0) {
      var _ = runtime.after(Math.min(left, watched.heartbeatNanos()), () -> watchLease(watched));
    } else if (watched == lastOpened) {
      runtime.background().execute(role::drop);
      post(() -> leaseEnded(watched));
    }
  }

  private void leaseEnded(SessionStream<B, Q, A> watched) {
    if (watched != lastOpened || isClosing) {
      return;
    }
    FencedException cause = new FencedException(Errors.FENCED, "the lease ended", Map.of(), null);
    if (watched != stream || watched.isClosed()) {
      fence(cause, true);
      return;
    }
    leaveConnection();
    giveUp(cause, true);
  }

  /**
   * No answer on a stream that is not known to be broken: perhaps its connection leads nowhere,
   * which TCP may take a quarter of an hour to find out. What comes next gets another one.
   */
  private void leaveConnection() {
    runtime.channel().enterIdle();
  }

  @Override
  public void received(SessionStream<B, Q, A> from, A message) {
    role.received(from, message);
  }

  @Override
  public void closed(SessionStream<B, Q, A> from, SvmException cause) {
    post(() -> closedInOrder(from, cause));
  }

  private void closedInOrder(SessionStream<B, Q, A> from, SvmException cause) {
    role.lost(from, cause);
    if (from != stream) {
      return;
    }
    if (isClosing) {
      finish();
    } else if (!wasOpen) {
      isClosing = true;
      finish();
      firstOpened.completeExceptionally(cause);
    } else {
      lostInOrder(from, cause);
    }
  }

  private void lostInOrder(SessionStream<B, Q, A> from, SvmException cause) {
    backoff.asked(Errors.askedRetryNanos(cause));
    boolean isPutOut =
        cause.reason().equals(Errors.SESSION_EXPIRED)
            || cause.reason().equals(Errors.SESSION_EVICTED);
    if (isPutOut || leaseLeftNanos() == 0) {
      fence(cause, true);
    } else if (from == lastOpened) {
      state = SessionState.DEGRADED;
      tell(new SessionEvent.Suspect(cause));
    }
    reopenLater();
  }

  private void reopenLater() {
    var _ = runtime.after(backoff.nextNanos(), () -> post(this::reopen));
  }

  /**
   * While the lease runs, what is mirrored is only given up for a coordinator that is in reach:
   * until then the device goes on with it.
   */
  private void reopen() {
    SessionStream<B, Q, A> now = stream;
    if (isClosing || (now != null && !now.isClosed())) {
      return;
    }
    // The pace is ours: gRPC's own, up to two minutes, would outlast a restart of the coordinator.
    runtime.channel().resetConnectBackoff();
    if (!role.isLeaseGivenUp()) {
      connect();
      return;
    }
    boolean isInReach = runtime.channel().getState(true) == ConnectivityState.READY;
    if (state == SessionState.DEGRADED && leaseLeftNanos() > 0 && !isInReach) {
      reopenLater();
      return;
    }
    fence(Errors.lost("given up to open the session again", null), true);
    connect();
  }

  private void fence(SvmException cause, boolean isVouched) {
    if (state == SessionState.FENCED || state == SessionState.CLOSED) {
      return;
    }
    state = SessionState.FENCED;
    if (role.isLeaseGivenUp()) {
      endLease();
    }
    if (!role.drop() || !isVouched) {
      previousKey = ByteString.EMPTY;
    }
    tell(new SessionEvent.Fenced(cause));
  }

  private void endLease() {
    SessionStream<B, Q, A> now = lastOpened;
    if (now != null) {
      now.revokeLease();
    }
  }

  private void leave() {
    if (isClosing) {
      return;
    }
    isClosing = true;
    // First of all: what is under way may not bring anything back to life that detach says is
    // dropped, and what a host holds is ended by it.
    endLease();
    boolean isVouched = role.drop();
    SessionStream<B, Q, A> now = stream;
    if (now == null || now.isClosed()) {
      finish();
      return;
    }
    if (isVouched && now.isOpen()) {
      now.send(role::addDetach);
    }
    now.halfClose();
  }

  private void finish() {
    state = SessionState.CLOSED;
    endLease();
    tell(new SessionEvent.Closed());
    closed.complete(null);
  }

  /** Ends it without waiting for the coordinator, whose lease has to run out. */
  private void abandon(String why) {
    isClosing = true;
    SessionStream<B, Q, A> now = stream;
    if (now != null) {
      now.cancel(why);
    }
    if (!closed.isDone()) {
      finish();
    }
  }
}
