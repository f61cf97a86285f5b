package io.svmcoord.server.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Takes a begin back, see {@link Coordinator#cancelBegin}. Opaque. Confined to the coordinator's
 * thread.
 */
public final class BeginTicket {
  static final BeginTicket REFUSED = new BeginTicket(null);

  private @Nullable InvalidationId id;

  /** What it waits as, while it is postponed. */
  @Nullable PostponedBegin postponed;

  BeginTicket(@Nullable InvalidationId id) {
    this.id = id;
  }

  /** The invalidation; null if the begin was refused, or is postponed. */
  public @Nullable InvalidationId id() {
    return id;
  }

  /** What was postponed has its turn. */
  void begun(BeginTicket now) {
    postponed = null;
    id = now.id;
  }
}
