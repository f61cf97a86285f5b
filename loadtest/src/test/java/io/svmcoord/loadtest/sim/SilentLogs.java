package io.svmcoord.loadtest.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The product logs nothing until this is closed. For simulations side by side: the lock of a log
 * would have a thread of one wake a thread of another, which is not in its seed.
 */
public final class SilentLogs implements AutoCloseable {
  private final Logger product = (Logger) LoggerFactory.getLogger("io.svmcoord");
  private final @Nullable Level before = product.getLevel();

  private SilentLogs() {}

  /** From now on. */
  public static SilentLogs start() {
    SilentLogs silence = new SilentLogs();
    silence.product.setLevel(Level.OFF);
    return silence;
  }

  @Override
  public void close() {
    product.setLevel(before);
  }
}
