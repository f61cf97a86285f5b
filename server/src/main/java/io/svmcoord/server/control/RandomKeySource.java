package io.svmcoord.server.control;

import io.svmcoord.server.kernel.KeySource;
import io.svmcoord.server.kernel.SessionKey;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Keys of 128 random bits from the system's generator, which doesn't block. Thread-safe. */
public final class RandomKeySource implements KeySource {
  private final SecureRandom random = new SecureRandom();

  @Override
  public SessionKey next() {
    // Asked for all at once: each question takes the generator's lock and a round of its digest.
    byte[] key = new byte[2 * Long.BYTES];
    random.nextBytes(key);
    ByteBuffer halves = ByteBuffer.wrap(key);
    return new SessionKey(halves.getLong(), halves.getLong());
  }
}
