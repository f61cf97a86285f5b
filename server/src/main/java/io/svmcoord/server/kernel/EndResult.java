package io.svmcoord.server.kernel;

/** What became of an end. */
public enum EndResult {
  /** It was running and is ended. */
  ENDED,
  /** It was ended before, or there never was one (G8). */
  NOT_RUNNING,
  /** The coordinator had ended it by force: later changes were not covered (G9). */
  FORCE_ENDED;

  /** Made once: an end costs no object. */
  @SuppressWarnings("ImmutableEnumChecker") // A record of nothing but this.
  private final Outcome<EndResult> outcome = Outcome.ok(this);

  Outcome<EndResult> outcome() {
    return outcome;
  }
}
