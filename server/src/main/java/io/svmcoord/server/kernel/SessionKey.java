package io.svmcoord.server.kernel;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Proves to be a session: 16 random bytes in two halves. Secret; its text form shows nothing of it.
 * Immutable.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record SessionKey(long high, long low) {
  /** What may be kept of it: the first half of its SHA-256. */
  public KeyDigest digest() {
    byte[] key = new byte[2 * Long.BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      int shift = Long.SIZE - Byte.SIZE * (i + 1);
      key[i] = (byte) (high >>> shift);
      key[Long.BYTES + i] = (byte) (low >>> shift);
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
      return new KeyDigest(longAt(digest, 0), longAt(digest, Long.BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static long longAt(byte[] bytes, int offset) {
    long value = 0;
    for (int i = offset; i < offset + Long.BYTES; i++) {
      value = value << Byte.SIZE | Byte.toUnsignedLong(bytes[i]);
    }
    return value;
  }

  @Override
  public String toString() {
    return "SessionKey[secret]";
  }
}
