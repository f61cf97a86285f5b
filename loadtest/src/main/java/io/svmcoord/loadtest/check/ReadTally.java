package io.svmcoord.loadtest.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts verdicts, and keeps the first few stale pages in words.
 *
 * <p>Thread-safe.
 */
public final class ReadTally {
  /** Stale pages that are described; later ones are only counted. */
  public static final int EXAMPLES_MAX = 8;

  private final LongAdder checked = new LongAdder();
  private final Object lock = new Object();
  private final Map<Verdict.Reason, Long> staleByReason = new EnumMap<>(Verdict.Reason.class);
  private final List<String> examples = new ArrayList<>();

  /**
   * Counts a verdict.
   *
   * @param reader name of who read, for the description
   */
  public void add(String reader, PageRead read, Verdict verdict) {
    checked.increment();
    switch (verdict) {
      case Verdict.Fresh() -> {}
      case Verdict.Stale(Verdict.Reason reason) -> addStale(reader, read, reason);
    }
  }

  /** Reads that were judged. */
  public long checked() {
    return checked.sum();
  }

  /** Stale pages among them. */
  public long stale() {
    return staleByReason().values().stream().mapToLong(Long::longValue).sum();
  }

  /** The same by how it showed; reasons that did not happen are left out. */
  public Map<Verdict.Reason, Long> staleByReason() {
    synchronized (lock) {
      return Map.copyOf(staleByReason);
    }
  }

  /** The first {@value #EXAMPLES_MAX} stale pages in words. */
  public List<String> examples() {
    synchronized (lock) {
      return List.copyOf(examples);
    }
  }

  private void addStale(String reader, PageRead read, Verdict.Reason reason) {
    synchronized (lock) {
      staleByReason.merge(reason, 1L, Long::sum);
      if (examples.size() < EXAMPLES_MAX) {
        examples.add(describe(reader, read, reason));
      }
    }
  }

  private static String describe(String reader, PageRead read, Verdict.Reason reason) {
    return "%s: %s, page %d of space %d mapped at version %d, saw page %d of space %d at version %d"
        .formatted(
            reader,
            reason,
            read.page(),
            read.spaceId(),
            read.mappedVersion(),
            read.seen().page(),
            read.seen().spaceId(),
            read.seen().version());
  }
}
