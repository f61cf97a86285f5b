package io.svmcoord.loadtest.conformance;

/**
 * One check. Immutable.
 *
 * @param name in small letters, with dashes
 * @param promise that it is about, and the race if there is one
 * @param lease what sessions are granted
 * @param played what the coordinator does
 * @param expected what the device has to do
 * @param script plays it
 */
record Check(
    String name, String promise, LeaseTerms lease, String played, String expected, Script script) {
  /** Plays a check. */
  @FunctionalInterface
  interface Script {
    /**
     * Returns what was seen of a device that did well.
     *
     * @throws CheckStopped otherwise
     */
    String play(Stage stage);
  }

  /** A check in which no lease ends. */
  static Check of(String name, String promise, String played, String expected, Script script) {
    return new Check(name, promise, LeaseTerms.LONG, played, expected, script);
  }

  /** A check that waits for the end of a lease. */
  static Check ofLease(String name, String promise, String played, String expected, Script script) {
    return new Check(name, promise, LeaseTerms.SHORT, played, expected, script);
  }
}
