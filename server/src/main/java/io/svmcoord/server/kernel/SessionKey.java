package io.svmcoord.server.kernel;

/**
 * Proves to be a session: 16 random bytes in two halves. Secret; its text form shows nothing of it.
 * Immutable.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record SessionKey(long high, long low) {
  @Override
  public String toString() {
    return "SessionKey[secret]";
  }
}
