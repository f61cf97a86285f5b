package io.svmcoord.loadtest.ctl;

import io.svmcoord.loadtest.report.TextTable;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.ListedInvalidation;
import java.util.List;
import java.util.Locale;

/**
 * One running invalidation. Immutable.
 *
 * @param spaceId its address space
 * @param epoch its epoch
 * @param sequence its sequence
 * @param event why
 * @param ranges what, each {@code first-last} in hexadecimal, both inclusive
 * @param hostSessionId who began it; 0 for the coordinator itself
 * @param ageMillis since it began
 * @param acked false while its begin waits for those in {@code owing}
 * @param owing sessions that owe an ack
 */
public record InvalidationRow(
    long spaceId,
    long epoch,
    long sequence,
    String event,
    List<String> ranges,
    long hostSessionId,
    long ageMillis,
    boolean acked,
    List<Long> owing) {

  static InvalidationRow of(ListedInvalidation listed) {
    return new InvalidationRow(
        listed.getId().getSpaceId(),
        listed.getId().getEpoch(),
        listed.getId().getSequence(),
        text(listed.getEvent()),
        listed.getRangesList().stream().map(Addresses::text).toList(),
        listed.getHostSessionId(),
        listed.getAgeMillis(),
        listed.getAcked(),
        listed.getOwingList());
  }

  private static String text(InvalidationEvent event) {
    return event.name().replace("INVALIDATION_EVENT_", "").toLowerCase(Locale.ROOT);
  }

  /** The rows for people. */
  public static String table(Listing<InvalidationRow> listing) {
    TextTable table =
        TextTable.of("SPACE", "SEQUENCE", "EVENT", "HOST", "AGE", "ACKED", "OWING", "RANGES");
    for (InvalidationRow row : listing.rows()) {
      table.row(
          row.spaceId,
          row.epoch + "/" + row.sequence,
          row.event,
          row.hostSessionId,
          row.ageMillis + " ms",
          row.acked ? "yes" : "no",
          row.owing.isEmpty() ? "-" : row.owing.toString(),
          String.join(" ", row.ranges));
    }
    return table.render() + listing.note();
  }
}
