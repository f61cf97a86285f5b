package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.FaultRequest;
import io.svmcoord.v1.FaultResponse;
import io.svmcoord.v1.PageSourceServiceGrpc;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Translates the calls of {@code svm.v1.PageSourceService} for a {@link PageSource}. */
final class PageSourceAdapter extends PageSourceServiceGrpc.PageSourceServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(PageSourceAdapter.class);
  private static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(10);

  private final PageSource source;

  PageSourceAdapter(PageSource source) {
    this.source = requireNonNull(source, "source");
  }

  @Override
  public void fault(FaultRequest request, StreamObserver<FaultResponse> answer) {
    FaultResponse.Builder pages = FaultResponse.newBuilder();
    try {
      AddressRange range = Wire.range(request.getRange());
      Access access = Wire.access(request.getAccess());
      source
          .fault(request.getSpaceId(), range, access, timeLeft())
          .forEach(page -> pages.addPages(Wire.page(page)));
    } catch (PageFaultException e) {
      boolean isMapped = e.reason().equals(PageFaultException.NO_PERMISSION);
      answer.onError(error(isMapped ? Code.PERMISSION_DENIED : Code.NOT_FOUND, e));
      return;
    } catch (SvmException e) {
      answer.onError(error(e.isRetryable() ? Code.UNAVAILABLE : Code.FAILED_PRECONDITION, e));
      return;
    } catch (IllegalArgumentException e) {
      answer.onError(
          error(
              Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", String.valueOf(e.getMessage()), Map.of()));
      return;
    } catch (RuntimeException e) {
      LOG.error("page source failed for space {}", request.getSpaceId(), e);
      answer.onError(error(Code.INTERNAL, "PAGE_SOURCE_FAILED", e.toString(), Map.of()));
      return;
    }
    answer.onNext(pages.build());
    answer.onCompleted();
  }

  private static Duration timeLeft() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null
        ? TIMEOUT_DEFAULT
        : Duration.ofNanos(Math.max(1, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  private static StatusRuntimeException error(Code code, SvmException e) {
    return error(code, e.reason(), String.valueOf(e.getMessage()), e.metadata());
  }

  private static StatusRuntimeException error(
      Code code, String reason, String message, Map<String, String> metadata) {
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setDomain(Errors.DOMAIN)
            .setReason(reason)
            .putAllMetadata(metadata)
            .build();
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(code.getNumber())
            .setMessage(message)
            .addDetails(Any.pack(info))
            .build());
  }
}
