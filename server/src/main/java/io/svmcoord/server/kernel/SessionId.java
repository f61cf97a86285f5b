package io.svmcoord.server.kernel;

/**
 * Names a session in listings, outcomes and calls. Not secret, never reused within an incarnation.
 * Immutable.
 *
 * @param value positive, or 0 for {@link #NONE}
 */
public record SessionId(long value) {
  /** No session: what an unknown key resolves to. */
  public static final SessionId NONE = new SessionId(0);
}
