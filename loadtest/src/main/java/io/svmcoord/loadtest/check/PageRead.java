package io.svmcoord.loadtest.check;

import io.svmcoord.loadtest.memory.FrameReading;

/**
 * One read of one page. Immutable.
 *
 * @param spaceId address space that was read
 * @param page page number that was read
 * @param mappedVersion version that the reader's entry stands for: what its frame held when the
 *     page list came; 0 when that is not known
 * @param seen what the frame held at the read
 * @param startedAtNanos System.nanoTime before the entry was looked up, taken under the lock that
 *     tears entries down
 */
public record PageRead(
    long spaceId, int page, long mappedVersion, FrameReading seen, long startedAtNanos) {}
