package io.svmcoord.loadtest.conformance;

/**
 * What a session is granted. Immutable.
 *
 * @param ttlMillis time to live of the lease
 * @param guardMillis what the device takes off it
 * @param heartbeatMillis interval at which the device renews it
 */
record LeaseTerms(int ttlMillis, int guardMillis, int heartbeatMillis) {
  /** Longer than any check waits for anything. */
  static final LeaseTerms LONG = new LeaseTerms(20_000, 2_000, 2_000);

  /** Short enough to wait for its end; the guard stands out of the noise of a busy machine. */
  static final LeaseTerms SHORT = new LeaseTerms(2_000, 500, 200);

  /** After this time a device may not use anything, counted from a heartbeat's sending. */
  long deviceMillis() {
    return ttlMillis - (long) guardMillis;
  }
}
