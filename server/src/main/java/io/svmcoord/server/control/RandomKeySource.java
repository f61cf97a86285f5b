package io.svmcoord.server.control;

import io.svmcoord.server.kernel.KeySource;
import io.svmcoord.server.kernel.SessionKey;
import java.security.SecureRandom;

/** Keys of 128 random bits from the system's generator, which doesn't block. Thread-safe. */
public final class RandomKeySource implements KeySource {
  private final SecureRandom random = new SecureRandom();

  @Override
  public SessionKey next() {
    return new SessionKey(random.nextLong(), random.nextLong());
  }
}
