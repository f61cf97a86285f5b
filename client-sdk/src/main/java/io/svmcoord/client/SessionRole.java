package io.svmcoord.client;

import com.google.protobuf.ByteString;
import io.svmcoord.v1.SessionOpened;
import java.util.function.Consumer;

/**
 * What a host does otherwise than a device, for their {@link SessionKeeper}. Called in the mailbox
 * but where it says otherwise.
 *
 * @param <B> builder of a message to the coordinator
 * @param <Q> message to the coordinator
 * @param <A> message from the coordinator
 */
interface SessionRole<B, Q, A> {
  /** Makes and starts a stream for the session of a lease. */
  SessionStream<B, Q, A> start(SessionStream.Listener<B, Q, A> listener, SessionLease lease);

  /** Adds the open command to a message. */
  void addOpen(B message, ByteString previousKey);

  /**
   * The resume command for a session: where the role stands now. What it returns adds it to a
   * message, perhaps later and on another thread.
   */
  Consumer<B> resume(SessionOpened session);

  /** Adds the detach command to a message. */
  void addDetach(B message);

  /** A message arrived; on a Netty thread. */
  void received(SessionStream<B, Q, A> stream, A message);

  /** The session is open; {@code isFirst} or again. */
  void opened(SessionStream<B, Q, A> stream, boolean isFirst);

  /**
   * The stream is over, and its session too if it is resumable: nothing sent on it will be answered
   * any more. Repeating it is harmless.
   */
  void lost(SessionStream<B, Q, A> stream, SvmException cause);

  /**
   * Whether a session whose stream broke is resumed within its lease: a device has to drop
   * everything before it may open the next one, while a host goes on with what it holds.
   */
  boolean isResumable();

  /**
   * Stops using everything; repeating it is harmless. On any thread that may block. False if it
   * can't vouch for having stopped.
   */
  boolean drop();
}
