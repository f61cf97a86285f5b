package io.svmcoord.server.kernel;

/**
 * Port: makes session keys. Each key has to be unguessable and new. Called in the middle of a
 * change: must not block or call the coordinator.
 */
@FunctionalInterface
public interface KeySource {
  /** A key that was never given before. */
  SessionKey next();
}
