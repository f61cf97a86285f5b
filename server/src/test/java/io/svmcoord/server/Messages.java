package io.svmcoord.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.InvalidationEvent;

/** Messages that tests send again and again, and the details of errors. */
final class Messages {
  static final long PAGE = 4096;

  private Messages() {}

  /** The range of whole pages, by number. */
  static AddressRange pages(long firstPage, long count) {
    return AddressRange.newBuilder()
        .setFirst(firstPage * PAGE)
        .setLast((firstPage + count) * PAGE - 1)
        .build();
  }

  static BeginInvalidationRequest.Builder unmap(long space, AddressRange range) {
    return BeginInvalidationRequest.newBuilder()
        .setSpaceId(space)
        .addRanges(range)
        .setEvent(InvalidationEvent.INVALIDATION_EVENT_UNMAP);
  }

  /** The ErrorInfo that every error has to carry. */
  static ErrorInfo errorInfo(StatusRuntimeException error) {
    var status = StatusProto.fromThrowable(error);
    if (status == null) {
      throw new AssertionError("no status details", error);
    }
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(ErrorInfo.class))
        .map(
            detail -> {
              try {
                return detail.unpack(ErrorInfo.class);
              } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
              }
            })
        .findFirst()
        .orElseThrow(() -> new AssertionError("no ErrorInfo", error));
  }
}
