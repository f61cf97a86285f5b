package io.svmcoord.loadtest.ctl;

import io.svmcoord.loadtest.report.TextTable;
import io.svmcoord.v1.Session;
import io.svmcoord.v1.SessionRole;
import io.svmcoord.v1.SessionState;
import java.util.List;
import java.util.Locale;

/**
 * One session; the fields are those of the contract's {@code Session}. Immutable.
 *
 * @param id its id
 * @param role device or host
 * @param state active, suspect, expired, evicted or detached
 * @param name that its client gave
 * @param clientVersion that its client gave
 * @param peer network address of its client
 * @param ttlMillis of its lease
 * @param leaseLeftMillis until its lease may count as over
 * @param unacked events it was sent and has not acked
 * @param oldestUnackedMillis since the oldest of them
 * @param subscriptions over all spaces
 * @param runningInvalidations that it has begun
 * @param endCause why it ended; empty while it lives
 * @param overMillis since it was over; 0 while it is not
 * @param gateway that its stream is or was a member of; 0 for none
 */
public record SessionRow(
    long id,
    String role,
    String state,
    String name,
    String clientVersion,
    String peer,
    int ttlMillis,
    int leaseLeftMillis,
    int unacked,
    int oldestUnackedMillis,
    long subscriptions,
    int runningInvalidations,
    String endCause,
    long overMillis,
    long gateway) {

  static SessionRow of(Session session) {
    return new SessionRow(
        session.getId(),
        text(session.getRole()),
        text(session.getState()),
        session.getName(),
        session.getClientVersion(),
        session.getPeer(),
        session.getTtlMillis(),
        session.getLeaseLeftMillis(),
        session.getUnacked(),
        session.getOldestUnackedMillis(),
        session.getSubscriptions(),
        session.getRunningInvalidations(),
        session.getEndCause(),
        session.getOverMillis(),
        session.getGateway());
  }

  private static String text(SessionRole role) {
    return role.name().replace("SESSION_ROLE_", "").toLowerCase(Locale.ROOT);
  }

  private static String text(SessionState state) {
    return state.name().replace("SESSION_STATE_", "").toLowerCase(Locale.ROOT);
  }

  /** The rows for people. */
  public static String table(List<SessionRow> rows) {
    TextTable table =
        TextTable.of(
            "ID",
            "ROLE",
            "STATE",
            "NAME",
            "PEER",
            "GATEWAY",
            "LEASE LEFT",
            "UNACKED",
            "OLDEST",
            "SUBS",
            "RUNNING",
            "OVER SINCE",
            "ENDED BECAUSE");
    for (SessionRow row : rows) {
      table.row(
          row.id,
          row.role,
          row.state,
          row.name,
          row.peer,
          row.gateway == 0 ? "-" : row.gateway,
          row.leaseLeftMillis + " ms",
          row.unacked,
          row.oldestUnackedMillis + " ms",
          row.subscriptions,
          row.runningInvalidations,
          row.leaseLeftMillis == 0 ? row.overMillis + " ms" : "",
          row.endCause);
    }
    return table.render();
  }
}
