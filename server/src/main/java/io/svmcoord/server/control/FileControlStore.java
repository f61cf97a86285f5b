package io.svmcoord.server.control;

import io.svmcoord.server.kernel.MemoryChange;
import io.svmcoord.server.kernel.Past;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in a file of a local directory. One thread writes: all changes that came in while it
 * wrote go out together with the next write, so that a burst of sessions costs a few writes.
 *
 * <p>A write that fails leaves the file as it was. What waited for it is told so; it is tried again
 * with the next change, and every {@link #RETRY_INTERVAL} without one: nobody may come any more
 * while the node is not ready. Bound of what waits: the coordinator's own bounds of spaces,
 * sessions, and inputs that wait for its memory. Thread-safe; {@link #note} doesn't block.
 */
public final class FileControlStore implements ControlStore {
  private static final Logger log = LoggerFactory.getLogger(FileControlStore.class);

  /** Time until a write that failed is tried again, if no change comes before. */
  static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

  /** Ids after a loss begin at a random multiple of this, so that they don't meet the lost ones. */
  private static final long LOST_SPACE_IDS = 1_000_000;

  private static final int LOST_SPACE_IDS_MULTIPLE_MAX = 1 << 30;

  private final Path path;
  private final ControlDirectory directory;
  private final Object lock = new Object();
  private final ArrayDeque<MemoryChange> waiting = new ArrayDeque<>(); // guarded by lock
  private long lastNumber; // guarded by lock
  private boolean isClosing; // guarded by lock
  private volatile Optional<String> failure = Optional.empty(); // set by the writer alone
  private @Nullable ControlImage image; // the writer's, from start on
  private @Nullable Thread writer;

  private FileControlStore(Path path, ControlDirectory directory) {
    this.path = path;
    this.directory = directory;
  }

  /**
   * Takes a directory, which is made if it is not there. Blocks.
   *
   * @throws UncheckedIOException if it can't be used, or another process uses it
   */
  public static FileControlStore open(Path directory) {
    try {
      return new FileControlStore(directory, ControlDirectory.open(directory));
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private static UncheckedIOException unusable(Path directory, IOException cause) {
    return new UncheckedIOException(
        "control.directory: %s (expected: one that can be written, of this process alone): %s: %s"
            .formatted(directory, cause.getClass().getSimpleName(), cause.getMessage()),
        cause);
  }

  @Override
  public Past beginTerm(long longestLeaseNanos) {
    try {
      Past past = next(directory.read(), longestLeaseNanos);
      directory.write(past);
      directory.markUsed();
      image = new ControlImage(past);
      return past;
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  private static Past next(ControlDirectory.Found found, long longestLeaseNanos) {
    return switch (found) {
      case ControlDirectory.Found.Nothing _ -> Past.none(VolatileControlStore.newIncarnation());
      case ControlDirectory.Found.Intact(Past past) -> past.next();
      case ControlDirectory.Found.Lost(String why) -> {
        log.warn(
            "the control file is lost: {}. A new incarnation begins: spaces and sessions are"
                + " unknown, and the longest lease there may be is waited for",
            why);
        long lastSpaceId =
            LOST_SPACE_IDS * (1 + new SecureRandom().nextInt(LOST_SPACE_IDS_MULTIPLE_MAX));
        yield new Past(
            VolatileControlStore.newIncarnation(),
            1,
            lastSpaceId,
            List.of(),
            List.of(),
            longestLeaseNanos);
      }
    };
  }

  @Override
  public void start(Progress progress) {
    ControlImage written = image;
    if (written == null || writer != null) {
      throw new IllegalStateException("start: called out of order (expected: once, in a term)");
    }
    writer =
        Thread.ofPlatform()
            .name("svm-control")
            .daemon()
            .start(() -> writeUntilClosed(written, progress));
  }

  @Override
  public boolean note(long number, MemoryChange change) {
    synchronized (lock) {
      waiting.add(change);
      lastNumber = number;
      lock.notifyAll();
    }
    return false;
  }

  private void writeUntilClosed(ControlImage written, Progress progress) {
    for (long number = take(written); number > 0; number = take(written)) {
      Optional<String> outcome = write(written.past());
      // Before anybody is told: who asks why it failed finds the reason.
      failure = outcome;
      if (outcome.isPresent()) {
        progress.failed(number, outcome.get());
      } else {
        progress.written(number);
      }
    }
  }

  /** What went wrong; logged once for a row of failures. */
  private Optional<String> write(Past past) {
    boolean hasFailedBefore = failure.isPresent();
    try {
      directory.write(past);
      if (hasFailedBefore) {
        log.info("the control file can be written again");
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      // Whatever it was: who waits for the write must hear that it failed.
      if (!hasFailedBefore) {
        log.error("the control file can't be written: no session can be opened", e);
      }
      return Optional.of("control.directory: %s: can't be written: %s".formatted(path, e));
    }
  }

  /**
   * Waits for changes, or until it is time to try again, and applies all there are; the last one's
   * number, or 0 at the end.
   */
  private long take(ControlImage written) {
    long tryAgainNanos = System.nanoTime() + RETRY_INTERVAL.toNanos();
    synchronized (lock) {
      while (waiting.isEmpty()) {
        if (isClosing) {
          return 0;
        }
        long leftNanos = tryAgainNanos - System.nanoTime();
        if (failure.isPresent() && leftNanos <= 0) {
          return lastNumber;
        }
        try {
          // Rounded up: 0 would be for ever.
          lock.wait(failure.isPresent() ? TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1 : 0);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return 0;
        }
      }
      waiting.forEach(written::apply);
      waiting.clear();
      return lastNumber;
    }
  }

  @Override
  public Optional<String> failure() {
    return failure;
  }

  @Override
  public void close() {
    Thread running = writer;
    synchronized (lock) {
      isClosing = true;
      lock.notifyAll();
    }
    try {
      if (running != null) {
        running.join();
      }
      directory.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.warn("the control directory could not be closed", e);
    }
  }
}
