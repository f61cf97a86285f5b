package io.svmcoord.loadtest.ctl;

import io.svmcoord.loadtest.report.TextTable;
import io.svmcoord.v1.FoundSubscription;

/**
 * One subscription. Immutable.
 *
 * @param spaceId its address space
 * @param sessionId session that holds it
 * @param subscriptionId its id within that session
 * @param first first byte address, inclusive, hexadecimal
 * @param last last byte address, inclusive, hexadecimal
 */
public record SubscriptionRow(
    long spaceId, long sessionId, long subscriptionId, String first, String last) {

  static SubscriptionRow of(long spaceId, FoundSubscription found) {
    return new SubscriptionRow(
        spaceId,
        found.getSessionId(),
        found.getSubscriptionId(),
        Addresses.text(found.getRange().getFirst()),
        Addresses.text(found.getRange().getLast()));
  }

  /** The rows for people. */
  public static String table(Listing<SubscriptionRow> listing) {
    TextTable table = TextTable.of("SPACE", "SESSION", "SUBSCRIPTION", "FIRST", "LAST");
    for (SubscriptionRow row : listing.rows()) {
      table.row(row.spaceId, row.sessionId, row.subscriptionId, row.first, row.last);
    }
    return table.render() + listing.note();
  }
}
