package io.svmcoord.server.kernel;

/**
 * Port: what a device session is told, in order. Called on the coordinator's thread, never in the
 * middle of a change; must not block. Nothing is called after {@link #closed} or {@link
 * #superseded}, nor after the session's detach or broken stream was handed in.
 */
public interface DeviceOutlet {
  /**
   * An invalidation that overlaps a subscription began: stop using its pages, then ack. After a
   * resume also one that was told before and is not acked.
   */
  void invalidate(Invalidation invalidation);

  /**
   * An invalidation that this session was told of ended.
   *
   * @param isForced whether the coordinator ended it, because its host's lease was over (G9)
   * @param endSequence the sequence that a forced end took over the same ranges, 0 if not forced
   */
  void ended(Invalidation invalidation, boolean isForced, long endSequence);

  /** An address space is gone after its RELEASE, and the session's subscriptions in it. */
  void released(long spaceId, long epoch);

  /**
   * The session goes on over another outlet; its last call. Nothing of the session is to be handed
   * in from this side any more, the broken stream included.
   */
  void superseded();

  /** The session is put out or over; its last call. */
  void closed(CloseReason reason);
}
