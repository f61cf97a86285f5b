package io.svmcoord.server.control;

import io.svmcoord.server.kernel.Incarnation;
import io.svmcoord.server.kernel.MemoryChange;
import io.svmcoord.server.kernel.Past;
import java.util.Optional;
import java.util.UUID;

/**
 * Remembers nothing: every start is a new incarnation, in which every former token and session is
 * unknown (promise G5), and nobody is waited for. Thread-safe.
 */
public final class VolatileControlStore implements ControlStore {
  /** An incarnation that was never there before. */
  static Incarnation newIncarnation() {
    UUID uuid = UUID.randomUUID();
    return new Incarnation(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
  }

  @Override
  public Past beginTerm(long longestLeaseNanos) {
    return Past.none(newIncarnation());
  }

  @Override
  public void start(Progress progress) {
    // Each change is taken at once.
  }

  @Override
  public boolean note(long number, MemoryChange change) {
    return true;
  }

  @Override
  public Optional<String> failure() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
