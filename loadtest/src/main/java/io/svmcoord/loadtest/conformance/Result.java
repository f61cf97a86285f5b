package io.svmcoord.loadtest.conformance;

/** How a check came out. */
public enum Result {
  /** The device did as it is bound to. */
  PASS,
  /** The device broke a promise. */
  FAIL,
  /** It could not be played. */
  SKIPPED
}
