package io.svmcoord.server.kernel;

import java.util.List;
import java.util.stream.Collectors;

/** The message form of refusals. Immutable. */
final class RefusalText {
  /** Most sessions that a message names. */
  private static final int SESSIONS_MAX = 10;

  private RefusalText() {}

  static String of(String name, String value, String expected) {
    return name + ": " + value + " (expected: " + expected + ")";
  }

  static String sessions(List<SessionOutcome> outcomes) {
    String named =
        outcomes.stream()
            .limit(SESSIONS_MAX)
            .map(outcome -> Long.toString(outcome.session().value()))
            .collect(Collectors.joining(","));
    return outcomes.size() > SESSIONS_MAX ? named + ",..." : named;
  }
}
