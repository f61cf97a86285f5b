package io.svmcoord.loadtest.ctl;

import io.svmcoord.loadtest.report.TextTable;
import io.svmcoord.v1.AddressSpace;
import java.util.List;

/**
 * One address space; the fields are those of the contract's {@code AddressSpace}. Immutable.
 *
 * @param id its id
 * @param name its name
 * @param pageSize bytes
 * @param epoch its epoch
 * @param sequence of its last begin
 * @param subscriptions how many
 * @param runningInvalidations how many
 * @param waitingReaders how many
 */
public record SpaceRow(
    long id,
    String name,
    long pageSize,
    long epoch,
    long sequence,
    long subscriptions,
    int runningInvalidations,
    int waitingReaders) {

  static SpaceRow of(AddressSpace space) {
    return new SpaceRow(
        space.getId(),
        space.getName(),
        space.getPageSize(),
        space.getEpoch(),
        space.getSequence(),
        space.getSubscriptions(),
        space.getRunningInvalidations(),
        space.getWaitingReaders());
  }

  /** The rows for people. */
  public static String table(List<SpaceRow> rows) {
    TextTable table =
        TextTable.of(
            "ID", "NAME", "PAGE", "EPOCH", "SEQUENCE", "SUBSCRIPTIONS", "RUNNING", "WAITING");
    for (SpaceRow row : rows) {
      table.row(
          row.id,
          row.name,
          row.pageSize,
          row.epoch,
          row.sequence,
          row.subscriptions,
          row.runningInvalidations,
          row.waitingReaders);
    }
    return table.render();
  }
}
