package io.svmcoord.client;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where a session stands and what comes next: opens it, watches its lease, has it resumed when its
 * stream breaks or falls silent, opens it again after it was lost. Confined to the {@link
 * SessionKeeper}'s mailbox, but for what it answers about itself.
 *
 * <p>States: CONNECTING, then ACTIVE (or DRAINING) while connected; DEGRADED from the break or
 * silence of the stream until the session is resumed or, for a host, opened again; FENCED when that
 * does not succeed within the lease, until the next session is open; CLOSED by the user.
 *
 * @param <B> builder of a message to the coordinator
 * @param <Q> message to the coordinator
 * @param <A> message from the coordinator
 */
final class SessionLife<B, Q, A> {
  private static final long CONNECT_NANOS_FIRST = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long CONNECT_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

  /** How long a resumed stream has to last until its next break counts as a first one. */
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final ClientRuntime runtime;
  private final SessionRole<B, Q, A> role;
  private final SessionKeeper<B, Q, A> keeper;
  private final Backoff backoff;
  private final Resumption<B, Q, A> resumption;
  private final CompletableFuture<Void> firstOpened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private volatile SessionState state = SessionState.CONNECTING;

  /** The stream in use, or the next one that is being opened. */
  private volatile @Nullable SessionStream<B, Q, A> stream;

  /** The last stream that carried an open session, also after it broke. */
  private volatile @Nullable SessionStream<B, Q, A> lastOpened;

  private boolean wasOpen;
  private boolean isClosing;

  /** Of the last session; empty if there was none or nobody can vouch for having dropped it. */
  private ByteString previousKey = ByteString.EMPTY;

  SessionLife(
      String name,
      ClientRuntime runtime,
      SessionRole<B, Q, A> role,
      SessionKeeper<B, Q, A> keeper) {
    this.name = name;
    this.runtime = runtime;
    this.role = role;
    this.keeper = keeper;
    this.backoff =
        new Backoff(CONNECT_NANOS_FIRST, CONNECT_NANOS_MAX, runtime.environment().random());
    this.resumption = new Resumption<>(runtime, role, keeper);
  }

  // From any thread.

  SessionState state() {
    return state;
  }

  /** The stream in use, or the next one that is being opened. */
  @Nullable SessionStream<B, Q, A> stream() {
    return stream;
  }

  /** The last stream that carried an open session, also after it broke. */
  @Nullable SessionStream<B, Q, A> lastOpened() {
    return lastOpened;
  }

  private long leaseLeftNanos() {
    SessionStream<B, Q, A> now = lastOpened;
    return now == null ? 0 : now.leaseLeftNanos();
  }

  /** Completes when it was opened for the first time, or could not be. */
  CompletableFuture<Void> firstOpened() {
    return firstOpened;
  }

  /** Completes when it is closed for good. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  // In the mailbox.

  /** The next loss is a first one. */
  void settled() {
    backoff.reset();
  }

  /** The coordinator is about to stop. */
  void draining() {
    if (state == SessionState.ACTIVE) {
      state = SessionState.DRAINING;
    }
  }

  /** Opens a new session. */
  void connect() {
    if (isClosing) {
      return;
    }
    SessionStream<B, Q, A> next = role.start(keeper, new SessionLease(runtime.environment()));
    ByteString key = previousKey;
    next.send(message -> role.addOpen(message, key));
    stream = next;
    next.started();
    long patienceNanos = runtime.deadline().toNanos();
    var _ =
        runtime.after(
            patienceNanos,
            () -> {
              if (!next.isOpen() && !next.isClosed()) {
                next.suspectConnection(patienceNanos);
                next.cancel("open was not answered in time");
              }
            });
  }

  /** A stream opened its session. */
  void opened(SessionStream<B, Q, A> from) {
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
      keeper.tell(new SessionEvent.Connected(from.sessionId()));
    }
  }

  /** A stream carries the session on. */
  void resumed(SessionStream<B, Q, A> from, Resumption.InStep<B, Q, A> inStep) {
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
      keeper.tell(new SessionEvent.Resumed(from.sessionId()));
      // Not at once: a stream that breaks as soon as it is there must not be a tight loop.
      var _ =
          runtime.after(
              SETTLE_NANOS,
              () ->
                  keeper.post(
                      () -> {
                        if (from == stream && from.isOpen()) {
                          settled();
                        }
                      }));
    }
  }

  /**
   * Comes back at the end of the lease, as often as it was renewed, and with each heartbeat: a
   * timer sleeps with its machine, and the lease does not. On the scheduler's thread.
   */
  private void watchLease(SessionLease watched) {
    long left = watched.leftNanos();
    if (left > 0) {
      var _ = runtime.after(Math.min(left, watched.heartbeatNanos()), () -> watchLease(watched));
    } else if (isLast(watched)) {
      runtime.background().execute(role::drop);
      keeper.post(() -> leaseEnded(watched));
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
      now.suspectConnection(ended.patienceNanos());
    }
    FencedException cause = new FencedException(Errors.FENCED, "the lease ended", Map.of(), null);
    if (now == null || now.lease() == ended) {
      giveUp(cause, true);
    } else {
      fence(cause, true);
    }
  }

  /** A heartbeat was not answered. */
  void silent(SessionStream<B, Q, A> from) {
    if (from == stream && !isClosing && role.isResumable() && !resumption.isUnderWay()) {
      // The old stream stays in use until the new one is answered; events may still come.
      suspect(Errors.lost("a heartbeat was not answered", null));
      from.suspectConnection(from.lease().patienceNanos());
      resumption.start(from);
    }
  }

  /** A stream is over. */
  void closed(SessionStream<B, Q, A> from, SvmException cause) {
    if (resumption.isWanted(from)) {
      resumption.failed();
      if (Resumption.isFinal(cause)) {
        giveUp(cause, true);
      } else {
        connectLater(cause);
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
      connectLater(cause);
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
      keeper.tell(new SessionEvent.Suspect(cause));
    }
  }

  private void lostInOrder(SessionStream<B, Q, A> from, SvmException cause) {
    if (Resumption.isFinal(cause) || leaseLeftNanos() == 0) {
      fence(cause, true);
    } else if (from == lastOpened) {
      suspect(cause);
    }
    connectLater(cause);
  }

  /** Not before the coordinator wants it, if it said why it can't now. */
  private void connectLater(SvmException cause) {
    backoff.asked(Errors.askedRetryNanos(cause));
    var _ = runtime.after(backoff.nextNanos(), () -> keeper.post(this::reconnect));
  }

  /** Whatever has to be done next for a session that is in use, if anything. */
  private void reconnect() {
    SessionStream<B, Q, A> now = stream;
    if (isClosing || resumption.isUnderWay() || !isWithoutStream()) {
      return;
    }
    if (state == SessionState.DEGRADED && role.isResumable() && now != null) {
      if (leaseLeftNanos() > 0) {
        resumption.start(now);
      }
      // Otherwise its end is on its way to the mailbox.
    } else if (now == null || now.isClosed()) {
      runtime.connection().connectAtOnce();
      connect();
    }
  }

  /**
   * Whether what was in use is known to be lost. The stream of a session in use may be closed
   * before that is handled here: only then is it resumed, or everything dropped (promise G5).
   */
  private boolean isWithoutStream() {
    return state == SessionState.DEGRADED || state == SessionState.FENCED;
  }

  /** Ends this session from here and opens another; see {@link SessionKeeper#giveUp}. */
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
    connectLater(cause);
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
    keeper.tell(new SessionEvent.Fenced(cause));
  }

  private void endLease() {
    SessionStream<B, Q, A> now = lastOpened;
    if (now != null) {
      now.lease().revoke();
    }
  }

  /** Its user leaves. */
  void leave() {
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
    keeper.tell(new SessionEvent.Closed());
    closed.complete(null);
  }

  /** Ends it without waiting for the coordinator, whose lease has to run out. */
  void abandon(String why) {
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
