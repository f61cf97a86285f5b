package io.svmcoord.client;

import com.google.protobuf.CodedOutputStream;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.MemberRequest.End;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The entries of one message of a gateway: what several members say alike is one of them. */
final class GatewayEntries {
  /** Bytes of an entry beside its members and their request, at most. */
  private static final int HEAD_BYTES_MAX = 24;

  private static final class Entry {
    final @Nullable DeviceSessionRequest request;
    final int credit;
    final End end;
    int[] members = new int[1];
    int count;

    Entry(@Nullable DeviceSessionRequest request, int credit, End end) {
      this.request = request;
      this.credit = credit;
      this.end = end;
    }

    boolean says(@Nullable DeviceSessionRequest other, int otherCredit, End otherEnd) {
      return credit == otherCredit && end == otherEnd && Objects.equals(request, other);
    }

    void add(int member) {
      if (count == members.length) {
        members = Arrays.copyOf(members, 2 * count);
      }
      members[count++] = member;
    }

    MemberRequest build() {
      // As the contract wants them.
      Arrays.sort(members, 0, count);
      MemberRequest.Builder entry = MemberRequest.newBuilder().setCredit(credit).setEnd(end);
      for (int i = 0; i < count; i++) {
        entry.addMembers(members[i]);
      }
      if (request != null) {
        entry.setRequest(request);
      }
      return entry.build();
    }
  }

  private final int lookBack;
  private final List<Entry> entries = new ArrayList<>();
  private int sizeBytes;

  /** None yet; an equal one is looked for among the last so many. */
  GatewayEntries(int lookBack) {
    this.lookBack = lookBack;
  }

  /** Bytes of the message; at most a few more. */
  int sizeBytes() {
    return sizeBytes;
  }

  /**
   * Adds what a member says.
   *
   * @param after the member's last entry, behind which this has to come; -1 for none
   * @return the entry
   */
  int add(int member, int after, @Nullable DeviceSessionRequest request, int credit, End end) {
    sizeBytes += CodedOutputStream.computeUInt32SizeNoTag(member);
    for (int i = entries.size() - 1; i > after && i >= entries.size() - lookBack; i--) {
      if (entries.get(i).says(request, credit, end)) {
        entries.get(i).add(member);
        return i;
      }
    }
    sizeBytes += HEAD_BYTES_MAX + (request == null ? 0 : request.getSerializedSize());
    Entry entry = new Entry(request, credit, end);
    entry.add(member);
    entries.add(entry);
    return entries.size() - 1;
  }

  DeviceGatewayRequest build() {
    DeviceGatewayRequest.Builder message = DeviceGatewayRequest.newBuilder();
    for (Entry entry : entries) {
      message.addRequests(entry.build());
    }
    return message.build();
  }
}
