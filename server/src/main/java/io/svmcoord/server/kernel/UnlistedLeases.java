package io.svmcoord.server.kernel;

/**
 * How long the leases of holds may run. Holds come with every unary begin, so they are not
 * remembered one by one: only the longest lease of the term is, before the first begin that needs
 * it is answered. A later begin with a lease that is no longer costs no write.
 *
 * <p>Confined to the coordinator's thread.
 */
final class UnlistedLeases {
  private final Remembering remembering;

  /** What a restart would wait for, whatever happens. */
  private long rememberedNanos;

  /** What was noted last: remembered, or on its way. */
  private long notedNanos;

  /** The longest of this term. */
  private long longestNanos;

  UnlistedLeases(Remembering remembering, long formerNanos) {
    this.remembering = remembering;
    this.rememberedNanos = formerNanos;
    this.notedNanos = formerNanos;
  }

  /** Whether a restart would wait for such a lease. */
  boolean isCovered(long leaseNanos) {
    longestNanos = Math.max(longestNanos, leaseNanos);
    return leaseNanos <= rememberedNanos;
  }

  /** Has such a lease remembered; the waiter may be called before this returns. */
  void cover(long nowNanos, long leaseNanos, Remembering.Waiter waiter) {
    if (leaseNanos <= notedNanos) {
      remembering.join(waiter);
      return;
    }
    notedNanos = leaseNanos;
    remembering.note(
        nowNanos,
        new MemoryChange.UnlistedLease(leaseNanos),
        new Remembering.Waiter() {
          @Override
          public void remembered(long at) {
            rememberedNanos = Math.max(rememberedNanos, leaseNanos);
            waiter.remembered(at);
          }

          @Override
          public void failed(long at, Refusal refusal) {
            // Noted once more by the next that needs it.
            notedNanos = rememberedNanos;
            waiter.failed(at, refusal);
          }
        });
  }

  /** Those of the terms before are over. */
  void formerOver() {
    if (longestNanos < rememberedNanos) {
      rememberedNanos = longestNanos;
      notedNanos = longestNanos;
      remembering.note(new MemoryChange.UnlistedLease(longestNanos));
    }
  }
}
