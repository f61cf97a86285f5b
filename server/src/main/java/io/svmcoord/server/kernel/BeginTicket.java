package io.svmcoord.server.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Takes a begin back, see {@link Coordinator#cancelBegin}. Opaque. Confined to the coordinator's
 * thread.
 */
public final class BeginTicket {
  static final BeginTicket REFUSED = new BeginTicket(null);

  private final @Nullable InvalidationId id;

  BeginTicket(@Nullable InvalidationId id) {
    this.id = id;
  }

  /** The invalidation; null if the begin was refused. */
  public @Nullable InvalidationId id() {
    return id;
  }
}
