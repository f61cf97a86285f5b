package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.FaultRequest;
import io.svmcoord.v1.FaultResponse;
import io.svmcoord.v1.PageSourceServiceGrpc;
import io.svmcoord.v1.PageSourceServiceGrpc.PageSourceServiceBlockingStub;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A page source behind {@code svm.v1.PageSourceService}. Each fault is one call. Thread-safe. */
public final class GrpcPageSource implements PageSource, AutoCloseable {
  private final PageSourceServiceBlockingStub stub;
  private final @Nullable ManagedChannel owned;

  private GrpcPageSource(Channel channel, @Nullable ManagedChannel owned) {
    this.stub = PageSourceServiceGrpc.newBlockingStub(channel);
    this.owned = owned;
  }

  /**
   * A page source at an address, with a channel of its own that {@link #close} shuts down. Doesn't
   * block: the first fault connects.
   *
   * @param target {@code host:port} or a gRPC name, {@code unix:/path} among them
   */
  public static GrpcPageSource connect(String target) {
    ManagedChannel channel = Channels.open(requireNonNull(target, "target"), "svm-page-source");
    return new GrpcPageSource(channel, channel);
  }

  /** A page source on a channel that stays its caller's. */
  public static GrpcPageSource of(Channel channel) {
    return new GrpcPageSource(requireNonNull(channel, "channel"), null);
  }

  @Override
  public List<MirroredPage> fault(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    FaultRequest request =
        FaultRequest.newBuilder()
            .setSpaceId(spaceId)
            .setRange(Wire.range(range))
            .setAccess(Wire.access(access))
            .build();
    try {
      FaultResponse answer =
          stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS).fault(request);
      return answer.getPagesList().stream().map(Wire::page).toList();
    } catch (StatusRuntimeException e) {
      throw Errors.of(e);
    }
  }

  /** Shuts down the channel if it was made here; faults under way fail. Doesn't block. */
  @Override
  public void close() {
    if (owned != null) {
      owned.shutdownNow();
    }
  }
}
