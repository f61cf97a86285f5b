package io.svmcoord.client;

import io.svmcoord.v1.SessionOpened;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The attempts to carry a session on over another stream: one at a time, each with a time limit.
 * Nothing is given up for an attempt: the session's lease runs on, and so does its old stream if it
 * is not broken. Confined to the session's mailbox.
 *
 * @param <B> builder of a message to the coordinator
 * @param <Q> message to the coordinator
 * @param <A> message from the coordinator
 */
final class Resumption<B, Q, A> {
  /** What no further attempt changes: the session is over. */
  private static final Set<String> FINAL =
      Set.of(
          Errors.SESSION_EXPIRED,
          Errors.SESSION_EVICTED,
          Errors.NEW_INCARNATION,
          Errors.RESYNC_REQUIRED,
          "INVALID_ARGUMENT",
          "UNIMPLEMENTED");

  /** Brings what a role has into step with the answer to its resume. */
  @FunctionalInterface
  interface InStep<B, Q, A> {
    /** The session goes on over {@code now}; false if it had to be given up. In the mailbox. */
    boolean bring(SessionStream<B, Q, A> old, SessionStream<B, Q, A> now);
  }

  private final ClientRuntime runtime;
  private final SessionRole<B, Q, A> role;
  private final SessionKeeper<B, Q, A> keeper;
  private @Nullable SessionStream<B, Q, A> attempt;

  Resumption(ClientRuntime runtime, SessionRole<B, Q, A> role, SessionKeeper<B, Q, A> keeper) {
    this.runtime = runtime;
    this.role = role;
    this.keeper = keeper;
  }

  /** Whether a session that met this is over. */
  static boolean isFinal(SvmException cause) {
    return FINAL.contains(cause.reason());
  }

  boolean isUnderWay() {
    return attempt != null;
  }

  /** Whether this is the stream of the attempt. */
  boolean isWanted(SessionStream<B, Q, A> stream) {
    return stream == attempt;
  }

  /** Starts an attempt to carry on the session of a stream; there must be none. */
  void start(SessionStream<B, Q, A> old) {
    SessionOpened session = old.session();
    if (session == null || attempt != null) {
      throw new IllegalStateException(
          "resume: of %s session beside %s (expected: of an open one beside no other attempt)"
              .formatted(session == null ? "no" : "an open", attempt == null ? "none" : "another"));
    }
    runtime.connection().connectAtOnce();
    SessionStream<B, Q, A> next = role.start(keeper, old.lease());
    Consumer<B> command = role.resume(session);
    next.send(command);
    attempt = next;
    next.started();
    var _ =
        runtime.after(next.lease().patienceNanos(), () -> keeper.post(() -> giveUpSilent(next)));
  }

  /** No answer within the patience for a heartbeat: the next attempt gets another connection. */
  private void giveUpSilent(SessionStream<B, Q, A> one) {
    if (isWanted(one)) {
      one.suspectConnection(one.lease().patienceNanos());
      one.cancel("resume was not answered in time");
    }
  }

  /** The attempt is the session's stream now. */
  void succeeded() {
    attempt = null;
  }

  /** The attempt's stream is over. */
  void failed() {
    attempt = null;
  }

  /** The session is over: no attempt is wanted any more. */
  void giveUp() {
    SessionStream<B, Q, A> now = attempt;
    attempt = null;
    if (now != null) {
      now.cancel("given up");
    }
  }
}
