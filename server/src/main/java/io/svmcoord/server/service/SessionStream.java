package io.svmcoord.server.service;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.svmcoord.server.kernel.CloseReason;
import io.svmcoord.server.kernel.EndCause;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Peer;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.SessionGrant;
import io.svmcoord.server.kernel.SessionId;
import io.svmcoord.server.kernel.SpaceBaseline;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of one session, whichever its role: what the peer sends goes to the kernel's loop,
 * what the kernel says goes to the outbox, and the end of either is told to the other.
 *
 * <p>The call's callbacks run on the stream's loop; everything else is confined to the kernel's
 * loop.
 *
 * @param <Q> type of the peer's messages
 */
abstract class SessionStream<Q> extends ServerCall.Listener<Q> {
  private static final Logger log = LoggerFactory.getLogger(SessionStream.class);

  /**
   * Most messages of one stream that may wait for the kernel's loop; then its peer has to. On that
   * loop itself none waits.
   */
  static final int RECEIVED_MAX = 32;

  /** Most messages that a peer may send before it was told that its session is open. */
  static final int EARLY_MAX = 32;

  private final Node node;
  private final StreamOutbox outbox;
  private final Peer peer;
  private final Consumer<Q> receive = this::receive;
  private final ServerCall<Q, Envelope> call;
  private final Q tooLarge;
  private final boolean isWaiting;
  private SessionId session = SessionId.NONE;
  private boolean closed;

  /**
   * Read on the stream's loop: before the session is open nothing passes the message opening it.
   */
  private volatile boolean hasOpened;

  /** Messages that wait for the session: the one that opens it and what follows; null before. */
  private @Nullable ArrayDeque<Q> early;

  /** Messages that were handled since the last were asked for. */
  private int handled;

  /**
   * Starts a stream: its messages are asked for, the headers leave at once.
   *
   * @param tooLarge stands for each message that was too large to be read
   */
  SessionStream(Node node, ServerCall<Q, Envelope> call, Q tooLarge) {
    this.node = node;
    this.call = call;
    this.tooLarge = tooLarge;
    this.isWaiting = !node.kernel().isCurrent();
    this.outbox =
        new StreamOutbox(
            call,
            node.outboxes().of(node.loops().current()),
            node.outboxLimits(),
            new OutboxOwner());
    this.peer = Peers.of(call);
    call.sendHeaders(new Metadata());
    call.request(isWaiting ? RECEIVED_MAX : Integer.MAX_VALUE);
  }

  // The call's side.

  @Override
  @SuppressWarnings("ReferenceEquality") // The marker is this object, not its content.
  public final void onMessage(Q message) {
    if (message == tooLarge) {
      node.kernel().run(this, SessionStream::refuseTooLarge);
    } else if (letsOthersGoOn(message) && hasOpened) {
      node.kernel().runFirst(message, receive);
    } else {
      node.kernel().run(message, receive);
    }
  }

  @Override
  public final void onReady() {
    outbox.flush();
  }

  @Override
  public final void onHalfClose() {
    node.kernel().run(this, SessionStream::peerFinished);
  }

  @Override
  public final void onCancel() {
    outbox.abandon();
    node.kernel().run(this, SessionStream::broken);
  }

  // The kernel's side.

  /** What is wrong with a repeated field of more elements than the contract allows; else null. */
  static @Nullable Refusal tooMany(String field, int count, int max) {
    return count <= max
        ? null
        : new Refusal.InvalidArgument(field, count + " elements", "at most " + max);
  }

  /** Asks for the session that the first message opens, or closes the stream. */
  abstract void open(Q message);

  /** Answers the open command of the first message. */
  abstract void tellOpened(Q first, SessionGrant grant);

  /**
   * Carries a message out; runs on the kernel's loop, not before the session is open and not after
   * the stream is closed.
   *
   * @param isFirst whether its first command was the open command
   */
  abstract void handle(Q message, boolean isFirst);

  /** Where spaces stand that the outbox is behind in; see {@link StreamOutbox.Owner#behind}. */
  abstract Outcome<List<SpaceBaseline>> baselines(long[] spaces);

  /**
   * Whether a message holds nothing but what others wait for, acks, heartbeats and ends: it may
   * pass what waits, of its own stream too. Called on the stream's loop.
   */
  abstract boolean letsOthersGoOn(Q message);

  /** The notice that the node is about to stop. */
  abstract Chunk drainingNotice(int deadlineMillis);

  final Node node() {
    return node;
  }

  /** Where the client is. */
  final Peer peer() {
    return peer;
  }

  /** The session, {@link SessionId#NONE} before it is opened. */
  final SessionId session() {
    return session;
  }

  final boolean isOpened() {
    return !session.equals(SessionId.NONE);
  }

  final boolean isClosed() {
    return closed;
  }

  final void send(Chunk chunk) {
    if (!closed) {
      node.dispatch().send(outbox, chunk);
    }
  }

  /** Takes the session that was opened, or ends the stream with the refusal. */
  final void opened(Outcome<SessionGrant> outcome) {
    switch (outcome) {
      case Outcome.Ok(SessionGrant grant) -> {
        if (closed) {
          // Its key was told to nobody.
          node.kernel().run(grant.id(), this::detachUnused);
          return;
        }
        start(grant);
        tellOpened(waiting().element(), grant);
      }
      case Outcome.Refused(Refusal refusal) -> close(refusal);
    }
  }

  private void detachUnused(SessionId unused) {
    node.coordinator().detach(node.kernel().nowNanos(), unused);
  }

  /** What the peer sent meanwhile is carried out in order, before anything newer. */
  private void handleEarly() {
    ArrayDeque<Q> waiting = waiting();
    early = null;
    carryOut(waiting.remove(), true);
    for (Q next = waiting.poll(); next != null; next = waiting.poll()) {
      carryOut(next, false);
    }
  }

  private ArrayDeque<Q> waiting() {
    ArrayDeque<Q> waiting = early;
    if (waiting == null) {
      throw new IllegalStateException("early: null (expected: the message that opened)");
    }
    return waiting;
  }

  /** The stream is the session's from now on; what the peer sent meanwhile comes next. */
  final void start(SessionGrant grant) {
    session = grant.id();
    hasOpened = true;
    node.streams().add(this);
    node.kernel().run(this, SessionStream::handleEarly);
  }

  /** Ends the stream because the peer broke its framing; the session's lease counts. */
  final void breakOff(Refusal refusal) {
    streamBroken();
    close(refusal);
  }

  /** Ends the stream; the session is taken care of. */
  final void close(Refusal refusal) {
    close(Errors.close(refusal));
  }

  /** Ends the stream after the kernel ended the session. */
  final void close(CloseReason reason) {
    close(reason.refusal());
  }

  /** The peer detaches. */
  final void detach() {
    node.coordinator().detach(node.kernel().nowNanos(), session);
    close(new Outgoing.Close(Status.OK, new Metadata()));
  }

  final void close(Outgoing.Close how) {
    if (!closed) {
      node.dispatch().send(outbox, how);
      finished();
    }
  }

  private void finished() {
    closed = true;
    node.streams().remove(this);
  }

  private void receive(Q message) {
    if (closed) {
      return;
    }
    if (early != null) {
      if (early.size() > EARLY_MAX) {
        breakOff(ServiceLimits.reached("messagesBeforeOpenMax", EARLY_MAX));
      } else {
        early.add(message);
      }
    } else if (isOpened()) {
      carryOut(message, false);
    } else {
      early = new ArrayDeque<>();
      early.add(message);
      try {
        open(message);
      } catch (RuntimeException e) {
        failed(e);
      }
    }
  }

  /** A mistake of ours; the peer must not go on as if its message had been carried out. */
  private void failed(RuntimeException mistake) {
    log.error("a message of session {} failed", session.value(), mistake);
    streamBroken();
    close(new Outgoing.Close(Status.INTERNAL.withDescription("internal error"), new Metadata()));
  }

  private void refuseTooLarge() {
    if (!closed) {
      breakOff(ServiceLimits.messageTooLarge(node.messageBytesMax()));
    }
  }

  private void carryOut(Q message, boolean isFirst) {
    if (closed) {
      return;
    }
    try {
      handle(message, isFirst);
    } catch (RuntimeException e) {
      failed(e);
    }
    if (isWaiting && ++handled == RECEIVED_MAX / 2) {
      // Seldom, because it is a task for the stream's loop.
      handled = 0;
      call.request(RECEIVED_MAX / 2);
    }
  }

  private void peerFinished() {
    if (!closed) {
      streamBroken();
      close(new Outgoing.Close(Status.OK, new Metadata()));
    }
  }

  private void broken() {
    if (!closed) {
      streamBroken();
      finished();
    }
  }

  /** What the outbox says, on the stream's loop, is carried out on the kernel's. */
  private final class OutboxOwner implements StreamOutbox.Owner {
    @Override
    public void behind(long[] spaces) {
      node.kernel().run(spaces, SessionStream.this::catchUp);
    }

    @Override
    public void overflowed() {
      node.kernel().run(SessionStream.this, SessionStream::overflowed);
    }
  }

  private void catchUp(long[] spaces) {
    if (closed) {
      return;
    }
    switch (baselines(spaces)) {
      case Outcome.Ok<List<SpaceBaseline>>(var baselines) ->
          node.dispatch().send(outbox, new Outgoing.CatchUp(spaces, baselines));
      case Outcome.Refused<List<SpaceBaseline>> _ -> overflowed();
    }
  }

  /** What waits is dropped, so the peer has missed something: its session can't go on. */
  private void overflowed() {
    if (closed) {
      return;
    }
    String detail = "its stream is not read";
    var _ =
        node.coordinator().evict(node.kernel().nowNanos(), session, EndCause.SLOW_CONSUMER, detail);
    // The kernel has told the outlet, unless the session was on its way out already.
    close(new Refusal.SessionEvicted(session, EndCause.SLOW_CONSUMER, detail));
  }

  private void streamBroken() {
    if (isOpened()) {
      node.coordinator().streamBroken(node.kernel().nowNanos(), session);
    }
  }
}
