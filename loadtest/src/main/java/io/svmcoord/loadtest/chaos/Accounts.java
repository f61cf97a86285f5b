package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.ctl.SessionRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether every client has a session and every session a client. Stateless. */
final class Accounts {
  private Accounts() {}

  /**
   * What doesn't add up, in words.
   *
   * @param expected names of the clients that run
   * @param sessions all that the coordinator knows of
   */
  static List<String> unaccounted(List<String> expected, List<SessionRow> sessions) {
    Map<String, Integer> active = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    for (SessionRow session : sessions) {
      switch (session.state()) {
        case "active" -> active.merge(session.name(), 1, Integer::sum);
        case "suspect" ->
            wrong.add("session %d of %s is suspect".formatted(session.id(), session.name()));
        default -> {
          // Its end is reported: expired, evicted or detached, with a cause.
        }
      }
    }
    for (String name : expected) {
      Integer count = active.remove(name);
      if (count == null || count != 1) {
        wrong.add("%s has %d sessions (expected: 1)".formatted(name, count == null ? 0 : count));
      }
    }
    active.forEach(
        (name, count) -> wrong.add("%d sessions of %s, who is gone".formatted(count, name)));
    return wrong;
  }
}
