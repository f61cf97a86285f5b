package io.svmcoord.server.control;

import io.svmcoord.server.kernel.Incarnation;
import java.util.UUID;

/**
 * Remembers nothing: every start is a new incarnation, in which every former token and session is
 * unknown (promise G5). Thread-safe.
 */
public final class VolatileControlStore implements ControlStore {
  private static final long FIRST_EPOCH = 1;

  @Override
  public Term beginTerm() {
    UUID uuid = UUID.randomUUID();
    return new Term(
        new Incarnation(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits()),
        FIRST_EPOCH);
  }
}
