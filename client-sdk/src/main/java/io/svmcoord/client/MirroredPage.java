package io.svmcoord.client;

/**
 * One present page, as a page source lists it. Immutable.
 *
 * @param address address of its first byte, unsigned
 * @param frame byte offset of its first byte in the memory that host and device share, unsigned
 * @param writable whether it may be written through this mapping; it may always be read
 * @param order the page is part of an aligned mapping of 2^order pages with equal permissions, 0 to
 *     63
 */
public record MirroredPage(long address, long frame, boolean writable, int order) {
  /** Validates the order. */
  public MirroredPage {
    if (order < 0 || order > 63) {
      throw new IllegalArgumentException("order: %d (expected: 0 to 63)".formatted(order));
    }
  }
}
