package io.svmcoord.server.kernel;

import java.util.List;

/**
 * A running invalidation as listings show it. Immutable.
 *
 * @param invalidation what it is
 * @param host session that owns it; {@link SessionId#NONE} for the coordinator's own RELEASE
 * @param ageNanos time since it began
 * @param isAcked whether its begin is through
 * @param owing sessions that owe an ack, at most {@link #OWING_MAX}
 */
public record InvalidationView(
    Invalidation invalidation,
    SessionId host,
    long ageNanos,
    boolean isAcked,
    List<SessionId> owing) {
  /** Most sessions that a view names. */
  public static final int OWING_MAX = 100;

  /** Copies the list. */
  public InvalidationView {
    owing = List.copyOf(owing);
  }
}
