package io.svmcoord.loadtest.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The child's half of {@link ChildProcess}: its standard input stays open for as long as its parent
 * wants it to run. The end of that stream is the wish to stop, and it comes also when the parent
 * was killed, so that no child outlives it. Stateless.
 */
public final class ParentWatch {
  private ParentWatch() {}

  /** Calls {@code onEnd} on a thread of its own, once, as soon as the parent lets go. */
  public static void start(InputStream input, Runnable onEnd) {
    Thread.ofVirtual()
        .name("parent-watch")
        .start(
            () -> {
              awaitEnd(input);
              onEnd.run();
            });
  }

  /** Blocks until the parent lets go. What it writes meanwhile is skipped. */
  public static void awaitEnd(InputStream input) {
    try {
      byte[] skipped = new byte[256];
      while (input.read(skipped) >= 0) {
        // Nothing to do: only the end of the stream means something.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
