package io.svmcoord.client;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.svmcoord.v1.SessionOpened;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session open, for its users and its role: what is the same for hosts and devices. The
 * {@link SessionRole} does the rest, {@link SessionLife} decides.
 *
 * <p>All changes of state happen on one serial executor of virtual threads, {@link #mailbox}, in
 * the order of the stream; the lease alone is read from anywhere. One exception: when the lease
 * ends, a device drops everything on a thread of its own, so that a stuck task in the mailbox can't
 * delay it. Thread-safe.
 *
 * @param <B> builder of a message to the coordinator
 * @param <Q> message to the coordinator
 * @param <A> message from the coordinator
 */
final class SessionKeeper<B, Q, A> implements SessionStream.Listener<B, Q, A> {
  private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);

  private final String name;
  private final ClientRuntime runtime;
  private final SessionRole<B, Q, A> role;
  private final SessionNews news;
  private final Executor mailbox;
  private final SessionLife<B, Q, A> life;

  SessionKeeper(
      String name, ClientRuntime runtime, SessionRole<B, Q, A> role, SessionListener listener) {
    this.name = name;
    this.runtime = runtime;
    this.role = role;
    this.news = new SessionNews(name, listener, runtime.callbacks());
    this.mailbox = MoreExecutors.newSequentialExecutor(runtime.callbacks());
    this.life = new SessionLife<>(name, runtime, role, this);
  }

  // For the session's users.

  /** Opens it for the first time; blocks until it is open. */
  void openFirst() {
    SharedConnection.Line line = runtime.connection().line();
    mailbox.execute(life::connect);
    try {
      var _ = runtime.environment().await(life.firstOpened(), Deadline.nanos(runtime.deadline()));
    } catch (ExecutionException e) {
      throw asSvmException(e.getCause());
    } catch (TimeoutException e) {
      runtime.connection().leave(line, runtime.deadline().toNanos());
      mailbox.execute(() -> life.abandon("open was not answered in time"));
      throw Errors.timedOut("open of %s (expected: an answer in time)".formatted(name));
    } catch (InterruptedException e) {
      mailbox.execute(() -> life.abandon("open was interrupted"));
      throw Errors.interrupted("open of " + name, e);
    }
  }

  private static SvmException asSvmException(@Nullable Throwable cause) {
    return cause instanceof SvmException known
        ? known
        : Errors.lost("the session could not be opened", cause);
  }

  SessionState state() {
    return life.state();
  }

  /** The stream of an open session; throws if there is none. */
  SessionStream<B, Q, A> requireOpen() {
    SessionStream<B, Q, A> now = life.stream();
    SessionState state = life.state();
    if (now != null && now.isOpen() && state != SessionState.CLOSED) {
      return now;
    }
    throw state == SessionState.CLOSED
        ? Errors.closed(name)
        : Errors.lost(
            "%s: %s, not connected (expected: an open stream)".formatted(name, state), null);
  }

  /** The stream of an open session, also one that is being resumed; throws if there is none. */
  SessionStream<B, Q, A> requireSession() {
    SessionStream<B, Q, A> now = life.stream();
    return now != null && now.session() != null && isLive() ? now : requireOpen();
  }

  /** Whether the session is open, or is being resumed; it may be over the next moment. */
  boolean isLive() {
    SessionState state = life.state();
    return state == SessionState.ACTIVE
        || state == SessionState.DRAINING
        || state == SessionState.DEGRADED;
  }

  long sessionId() {
    SessionStream<B, Q, A> now = life.lastOpened();
    return now == null ? 0 : now.sessionId();
  }

  ByteString sessionKey() {
    return requireOpen().sessionKey();
  }

  /** Incarnation of the coordinator that opened it last; empty before. */
  ByteString incarnation() {
    SessionStream<B, Q, A> now = life.lastOpened();
    return now == null ? ByteString.EMPTY : now.incarnation();
  }

  long leaseLeftNanos() {
    SessionStream<B, Q, A> now = life.lastOpened();
    return now == null ? 0 : now.leaseLeftNanos();
  }

  /** Leaves; blocks until the coordinator knows, at most for the deadline. */
  void close() {
    mailbox.execute(life::leave);
    try {
      var _ = runtime.environment().await(life.closed(), Deadline.nanos(runtime.deadline()));
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("{}: detach was not answered, its lease has to run out", name);
      mailbox.execute(() -> life.abandon("closed by its user"));
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
            life.giveUp(Errors.lost("handling of a message failed", e), true);
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
    post(() -> life.opened(from));
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
    post(() -> life.resumed(from, inStep));
  }

  /** The open session is in full use again: the next loss is a first one. In the mailbox. */
  void settled() {
    life.settled();
  }

  /** Whether messages of this stream still count. In the mailbox. */
  boolean isCurrent(SessionStream<B, Q, A> one) {
    return one == life.stream();
  }

  /** The stream that carries a session, if that is not over; it may have been resumed meanwhile. */
  @Nullable SessionStream<B, Q, A> carrying(long sessionId) {
    SessionStream<B, Q, A> now = life.stream();
    return now != null && now.sessionId() == sessionId ? now : null;
  }

  /** The coordinator is about to stop. In the mailbox. */
  void draining(long deadlineMillis) {
    life.draining();
    tell(new SessionEvent.Draining(Duration.ofMillis(deadlineMillis)));
  }

  /**
   * Ends this session from here and opens another. In the mailbox.
   *
   * @param isVouched whether the next one may say that everything was dropped; the role's {@link
   *     SessionRole#drop} has to agree
   */
  void giveUp(SvmException cause, boolean isVouched) {
    life.giveUp(cause, isVouched);
  }

  // From the streams.

  @Override
  public void received(SessionStream<B, Q, A> from, A message) {
    role.received(from, message);
  }

  @Override
  public void silent(SessionStream<B, Q, A> from) {
    post(() -> life.silent(from));
  }

  @Override
  public void closed(SessionStream<B, Q, A> from, SvmException cause) {
    post(() -> life.closed(from, cause));
  }
}
