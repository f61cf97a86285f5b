package io.svmcoord.client;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
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
 * Keeps a session open: opens it, watches its lease, resumes it when its stream breaks, and opens
 * it again after it was lost. What is the same for hosts and devices; the {@link SessionRole} does
 * the rest.
 *
 * <p>All changes of state happen on one serial executor of virtual threads, {@link #mailbox}, in
 * the order of the stream; the lease alone is read from anywhere. One exception: when the lease
 * ends, a device drops everything on a thread of its own, so that a stuck task in the mailbox can't
 * delay it.
 *
 * <p>States: CONNECTING, then ACTIVE (or DRAINING) while connected; DEGRADED from the break or
 * silence of the stream until the session is resumed or, for a host, opened again; FENCED when that
 * does not succeed within the lease, until the next session is open; CLOSED by the user.
 * Thread-safe.
 *
 * @param <B> builder of a message to the coordinator
 * @param <Q> message to the coordinator
 * @param <A> message from the coordinator
 */
final class SessionKeeper<B, Q, A> implements SessionStream.Listener<B, Q, A> {
  private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);

  private static final long CONNECT_NANOS_FIRST = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long CONNECT_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

  /** How long a resumed stream has to last until its next break counts as a first one. */
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final ClientRuntime runtime;
  private final SessionRole<B, Q, A> role;
  private final SessionNews news;
  private final Executor mailbox;
  private final Backoff backoff;
  private final Resumption<B, Q, A> resumption;
  private final CompletableFuture<Void> firstOpened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private volatile SessionState state = SessionState.CONNECTING;

  /** The stream in use, or the next one that is being opened. */
  private volatile @Nullable SessionStream<B, Q, A> stream;

  /** The last stream that carried an open session, also after it broke. */
  private volatile @Nullable SessionStream<B, Q, A> lastOpened;

  // Confined to the mailbox.
  private boolean wasOpen;
  private boolean isClosing;

  /** Of the last session; empty if there was none or nobody can vouch for having dropped it. */
  private ByteString previousKey = ByteString.EMPTY;

  SessionKeeper(
      String name, ClientRuntime runtime, SessionRole<B, Q, A> role, SessionListener listener) {
    this.name = name;
    this.runtime = runtime;
    this.role = role;
    this.news = new SessionNews(name, listener, runtime.callbacks());
    this.backoff =
        new Backoff(CONNECT_NANOS_FIRST, CONNECT_NANOS_MAX, runtime.environment().random());
    this.mailbox = MoreExecutors.newSequentialExecutor(runtime.callbacks());
    this.resumption = new Resumption<>(runtime, role, this);
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
        : Errors.lost("%s is %s (expected: ACTIVE)".formatted(name, state), null);
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
    news.tell(event);
  }

  /** The answer to open arrived; on a Netty thread. */
  void opened(SessionStream<B, Q, A> from, SessionOpened answer) {
    from.opened(answer);
    post(() -> openedInOrder(from));
  }

  /**
   * The answer to resume arrived; on a Netty thread.
   *
   * @param inStep brings what the role has into step with the answer; false if it gave up. In the
   *     mailbox.
   */
  void resumed(
      SessionStream<B, Q, A> from, SessionOpened answer, Resumption.InStep<B, Q, A> inStep) {
    from.resumed(answer);
    post(() -> resumedInOrder(from, inStep));
  }

  /** The open session is in full use again: the next loss is a first one. In the mailbox. */
  void settled() {
    backoff.reset();
  }

  /** Whether messages of this stream still count. In the mailbox. */
  boolean isCurrent(SessionStream<B, Q, A> one) {
    return one == stream;
  }

  /** The stream that carries a session, if that is not over; it may have been resumed meanwhile. */
  @Nullable SessionStream<B, Q, A> carrying(long sessionId) {
    SessionStream<B, Q, A> now = stream;
    return now != null && now.sessionId() == sessionId ? now : null;
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
   *     SessionRole#drop} has to agree
   */
  void giveUp(SvmException cause, boolean isVouched) {
    fence(cause, isVouched);
    SessionStream<B, Q, A> now = stream;
    if (now != null && !now.isClosed()) {
      // Half-closed and not cancelled: what was sent before, a refusal say, still arrives.
      now.halfClose();
      var _ = runtime.after(runtime.deadline().toNanos(), () -> now.cancel("given up"));
      stream = null;
      role.lost(now, cause);
    }
    connectLater();
  }

  // The life of a session, in the mailbox.

  private void connect() {
    if (isClosing) {
      return;
    }
    SessionStream<B, Q, A> next = role.start(this, new SessionLease(runtime.environment()));
    ByteString key = previousKey;
    next.send(message -> role.addOpen(message, key));
    stream = next;
    next.started();
    var _ =
        runtime.after(
            runtime.deadline().toNanos(),
            () -> {
              if (!next.isOpen() && !next.isClosed()) {
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
    watchLease(from.lease());
    role.opened(from, isFirst);
    if (isFirst) {
      firstOpened.complete(null);
      tell(new SessionEvent.Connected(from.sessionId()));
    }
  }

  private void resumedInOrder(SessionStream<B, Q, A> from, Resumption.InStep<B, Q, A> inStep) {
    SessionStream<B, Q, A> old = stream;
    // A lease that was over for a moment stays so, and its end is on its way to the mailbox.
    if (old == null || !resumption.isWanted(from) || isClosing || leaseLeftNanos() == 0) {
      from.cancel("not wanted any more");
      return;
    }
    resumption.succeeded();
    stream = from;
    lastOpened = from;
    old.cancel("superseded");
    state = SessionState.ACTIVE;
    if (inStep.bring(old, from)) {
      tell(new SessionEvent.Resumed(from.sessionId()));
      // Not at once: a stream that breaks as soon as it is there must not be a tight loop.
      var _ =
          runtime.after(
              SETTLE_NANOS,
              () ->
                  post(
                      () -> {
                        if (from == stream && from.isOpen()) {
                          settled();
                        }
                      }));
    }
  }

  /** Comes back at the end of the lease, as often as it was renewed. On the scheduler's thread. */
  private void watchLease(SessionLease watched) {
    long left = watched.leftNanos();
    if (left > 0) {
      var _ = runtime.after(left, () -> watchLease(watched));
    } else if (isLast(watched)) {
      runtime.background().execute(role::drop);
      post(() -> leaseEnded(watched));
    }
  }

  private boolean isLast(SessionLease lease) {
    SessionStream<B, Q, A> now = lastOpened;
    return now != null && now.lease() == lease;
  }

  private void leaseEnded(SessionLease ended) {
    if (!isLast(ended) || isClosing) {
      return;
    }
    SessionStream<B, Q, A> now = stream;
    if (now != null && now.lease() == ended && !now.isClosed()) {
      // No answer on a stream that is not known to be broken: perhaps its connection leads nowhere.
      runtime.channel().enterIdle();
    }
    FencedException cause = new FencedException(Errors.FENCED, "the lease ended", Map.of(), null);
    if (now == null || now.lease() == ended) {
      giveUp(cause, true);
    } else {
      fence(cause, true);
    }
  }

  @Override
  public void received(SessionStream<B, Q, A> from, A message) {
    role.received(from, message);
  }

  @Override
  public void silent(SessionStream<B, Q, A> from) {
    post(
        () -> {
          if (from == stream && !isClosing && role.isResumable() && !resumption.isUnderWay()) {
            // The old stream stays in use until the new one is answered; events may still come.
            suspect(Errors.lost("a heartbeat was not answered", null));
            runtime.channel().enterIdle();
            resumption.start(from);
          }
        });
  }

  @Override
  public void closed(SessionStream<B, Q, A> from, SvmException cause) {
    post(() -> closedInOrder(from, cause));
  }

  private void closedInOrder(SessionStream<B, Q, A> from, SvmException cause) {
    if (resumption.isWanted(from)) {
      resumption.failed();
      if (Resumption.isFinal(cause)) {
        giveUp(cause, true);
      } else {
        connectLater();
      }
      return;
    }
    boolean isSuspect = from == stream && canResume(from, cause);
    if (!isSuspect) {
      role.lost(from, cause);
    }
    if (from != stream) {
      return;
    }
    if (isClosing) {
      finish();
    } else if (!wasOpen) {
      isClosing = true;
      finish();
      firstOpened.completeExceptionally(cause);
    } else if (isSuspect) {
      suspect(cause);
      connectLater();
    } else {
      lostInOrder(from, cause);
    }
  }

  private boolean canResume(SessionStream<B, Q, A> broken, SvmException cause) {
    return role.isResumable()
        && broken == lastOpened
        && !isClosing
        && !Resumption.isFinal(cause)
        && broken.leaseLeftNanos() > 0;
  }

  private void suspect(SvmException cause) {
    if (state == SessionState.ACTIVE || state == SessionState.DRAINING) {
      state = SessionState.DEGRADED;
      tell(new SessionEvent.Suspect(cause));
    }
  }

  private void lostInOrder(SessionStream<B, Q, A> from, SvmException cause) {
    if (Resumption.isFinal(cause) || leaseLeftNanos() == 0) {
      fence(cause, true);
    } else if (from == lastOpened) {
      suspect(cause);
    }
    connectLater();
  }

  private void connectLater() {
    var _ = runtime.after(backoff.nextNanos(), () -> post(this::reconnect));
  }

  /** Whatever has to be done next for a session that is in use, if anything. */
  private void reconnect() {
    SessionStream<B, Q, A> now = stream;
    if (isClosing || resumption.isUnderWay()) {
      return;
    }
    if (state == SessionState.DEGRADED && role.isResumable() && now != null) {
      if (leaseLeftNanos() > 0) {
        resumption.start(now);
      }
      // Otherwise its end is on its way to the mailbox.
    } else if (now == null || now.isClosed()) {
      // gRPC would wait longer after a failure than a lease lasts; the back-off here is its limit.
      runtime.channel().resetConnectBackoff();
      connect();
    }
  }

  private void fence(SvmException cause, boolean isVouched) {
    resumption.giveUp();
    if (state == SessionState.FENCED || state == SessionState.CLOSED) {
      return;
    }
    state = SessionState.FENCED;
    if (role.isResumable()) {
      endLease();
    }
    if (!role.drop() || !isVouched) {
      previousKey = ByteString.EMPTY;
    }
    SessionStream<B, Q, A> now = stream;
    if (now != null && now.isClosed()) {
      role.lost(now, cause);
    }
    tell(new SessionEvent.Fenced(cause));
  }

  private void endLease() {
    SessionStream<B, Q, A> now = lastOpened;
    if (now != null) {
      now.lease().revoke();
    }
  }

  private void leave() {
    if (isClosing) {
      return;
    }
    isClosing = true;
    resumption.giveUp();
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
    SessionStream<B, Q, A> now = stream;
    if (now != null) {
      role.lost(now, Errors.closed(name));
    }
    tell(new SessionEvent.Closed());
    closed.complete(null);
  }

  /** Ends it without waiting for the coordinator, whose lease has to run out. */
  private void abandon(String why) {
    isClosing = true;
    resumption.giveUp();
    SessionStream<B, Q, A> now = stream;
    if (now != null) {
      now.cancel(why);
    }
    if (!closed.isDone()) {
      finish();
    }
  }
}
