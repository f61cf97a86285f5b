package io.svmcoord.server.kernel;

/** What became of an ack (G6). */
public sealed interface AckResult {
  /**
   * It counted.
   *
   * @param count number of invalidations that it acked, at least 1
   */
  record Acked(int count) implements AckResult {
    private static final Acked ONE = new Acked(1);

    static Acked of(int count) {
      return count == 1 ? ONE : new Acked(count);
    }
  }

  /** It changed nothing. */
  enum Ignored implements AckResult {
    /** Nothing of that name was owed: late, duplicate, or never sent to this session. */
    NOT_OWED,
    /** It is of another epoch of the space. */
    STALE_EPOCH,
    /** The space is unknown, or the session never subscribed in it. */
    UNKNOWN_SPACE,
    /** The session is over, put out, or its stream broke. */
    SESSION_NOT_ACTIVE
  }
}
