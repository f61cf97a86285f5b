package io.svmcoord.loadtest.check;

import io.svmcoord.loadtest.memory.FrameReading;
import io.svmcoord.loadtest.memory.Retirements;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.loadtest.memory.SpaceDirectory;
import java.util.Optional;

/**
 * Tells whether a read saw a stale page, by what the host recorded in the shared memory: it neither
 * asks the coordinator nor believes the client library. Why that gives no false positives, and
 * which small windows it misses, is told at {@link Retirements}.
 *
 * <p>Thread-safe.
 */
public final class PageJudge {
  private static final Verdict FRESH = new Verdict.Fresh();

  private final Retirements retirements;
  private final SpaceDirectory directory;

  /** A judge over one memory. */
  public PageJudge(SharedMemory memory) {
    this.retirements = memory.retirements();
    this.directory = memory.directory();
  }

  /** Judges one read. Call it only for a read whose lease was still running when it was over. */
  public Verdict judge(PageRead read) {
    Optional<SpaceDirectory.Entry> space = directory.find(read.spaceId());
    Verdict verdict = space.isEmpty() ? FRESH : judge(read, space.get());
    // Last: had the slot been given away meanwhile, the verdict would be about another space.
    long releasedAtNanos = directory.releasedAtNanos(read.spaceId());
    if (releasedAtNanos != 0) {
      return releasedAtNanos - read.startedAtNanos() < 0
          ? new Verdict.Stale(Verdict.Reason.SPACE_RELEASED)
          : FRESH;
    }
    return verdict;
  }

  private Verdict judge(PageRead read, SpaceDirectory.Entry space) {
    FrameReading seen = read.seen();
    if (isRetired(read, space, read.mappedVersion())) {
      return new Verdict.Stale(Verdict.Reason.RETIRED_ENTRY);
    }
    if (!seen.isIntact()) {
      return new Verdict.Stale(Verdict.Reason.TORN);
    }
    if (seen.page() != read.page() || !mayHold(space, seen)) {
      return new Verdict.Stale(Verdict.Reason.FRAME_REUSED);
    }
    if (isRetired(read, space, seen.version())) {
      return new Verdict.Stale(Verdict.Reason.RETIRED_CONTENT);
    }
    return FRESH;
  }

  private boolean isRetired(PageRead read, SpaceDirectory.Entry space, long version) {
    return version != 0
        && retirements.isRetiredBefore(space.slot(), read.page(), version, read.startedAtNanos());
  }

  /** A page of the space itself, or one that it shares with its parent since it was born. */
  private static boolean mayHold(SpaceDirectory.Entry space, FrameReading seen) {
    return seen.spaceId() == space.spaceId()
        || (seen.spaceId() == space.parentId() && seen.version() <= space.birthVersion());
  }
}
