package io.svmcoord.loadtest.memory;

/**
 * What somebody saw in a frame. Immutable.
 *
 * @param spaceId address space that the frame's content belongs to
 * @param page page number that the content belongs to
 * @param version version of the content
 * @param isIntact false when header, checksum and body don't belong together: the frame was being
 *     rewritten
 */
public record FrameReading(long spaceId, long page, long version, boolean isIntact) {}
