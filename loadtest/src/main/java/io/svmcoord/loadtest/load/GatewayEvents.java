package io.svmcoord.loadtest.load;

import io.svmcoord.v1.MemberClosed;
import java.util.List;

/**
 * What one message of a gateway brought.
 *
 * @param entries in their order
 */
record GatewayEvents(List<Entry> entries) {
  /**
   * What some members are told.
   *
   * @param members the message's bytes, of which a part is their numbers
   * @param membersOffset where these begin
   * @param membersLength bytes that they take
   * @param events what they are told, unless they are closed
   * @param closed how they are closed, if they are
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Entry(
      byte[] members,
      int membersOffset,
      int membersLength,
      DeviceEvents events,
      List<MemberClosed> closed) {}
}
