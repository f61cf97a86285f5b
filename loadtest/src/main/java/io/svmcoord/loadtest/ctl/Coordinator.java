package io.svmcoord.loadtest.ctl;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.AddressSpaceServiceGrpc.AddressSpaceServiceBlockingStub;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import io.svmcoord.v1.DeleteAddressSpaceRequest;
import io.svmcoord.v1.DrainRequest;
import io.svmcoord.v1.EvictSessionRequest;
import io.svmcoord.v1.GetAddressSpaceRequest;
import io.svmcoord.v1.GetNodeRequest;
import io.svmcoord.v1.IntrospectionServiceGrpc;
import io.svmcoord.v1.IntrospectionServiceGrpc.IntrospectionServiceBlockingStub;
import io.svmcoord.v1.ListAddressSpacesRequest;
import io.svmcoord.v1.ListAddressSpacesResponse;
import io.svmcoord.v1.ListInvalidationsRequest;
import io.svmcoord.v1.ListInvalidationsResponse;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.ListSessionsResponse;
import io.svmcoord.v1.ListSubscriptionsRequest;
import io.svmcoord.v1.ListSubscriptionsResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator as an operator sees it. Every method is one or more calls and blocks until they are
 * answered, each for a bounded time. Thread-safe.
 *
 * <p>All methods throw {@link RunFailure} when the coordinator cannot be reached, and {@link
 * StatusRuntimeException} when it refuses.
 */
public final class Coordinator implements AutoCloseable {
  /** Most rows of one answer. */
  public static final int ROWS_MAX = 1_000;

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  /** Longest that the release of a space takes: the ack deadline, a lease and its guard. */
  private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(150);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final String target;
  private final ManagedChannel channel;

  private Coordinator(String target, ManagedChannel channel) {
    this.target = target;
    this.channel = channel;
  }

  /** The coordinator at this address; it is connected by the first call. */
  public static Coordinator at(InetSocketAddress address) {
    return new Coordinator(
        address.getHostString() + ":" + address.getPort(),
        NettyChannelBuilder.forAddress(address, InsecureChannelCredentials.create()).build());
  }

  /** All address spaces. */
  public List<SpaceRow> spaces() {
    List<SpaceRow> rows = new ArrayList<>();
    long after = 0;
    do {
      ListAddressSpacesRequest request =
          ListAddressSpacesRequest.newBuilder().setPageSize(ROWS_MAX).setAfterId(after).build();
      ListAddressSpacesResponse page = call(() -> addressSpaces().listAddressSpaces(request));
      page.getAddressSpacesList().forEach(space -> rows.add(SpaceRow.of(space)));
      after = page.getNextAfterId();
    } while (after != 0);
    return rows;
  }

  /** All sessions, also those that ended a while ago. */
  public List<SessionRow> sessions() {
    List<SessionRow> rows = new ArrayList<>();
    long after = 0;
    do {
      ListSessionsRequest request =
          ListSessionsRequest.newBuilder().setPageSize(ROWS_MAX).setAfterId(after).build();
      ListSessionsResponse page = call(() -> introspection().listSessions(request));
      page.getSessionsList().forEach(session -> rows.add(SessionRow.of(session)));
      after = page.getNextAfterId();
    } while (after != 0);
    return rows;
  }

  /**
   * Subscriptions that overlap a range, or all of them.
   *
   * @param space id or name; null for those of all spaces, one space after the other
   */
  public Listing<SubscriptionRow> subscriptions(
      @Nullable String space, @Nullable AddressRange range, int limit) {
    List<Long> spaceIds =
        space == null ? spaces().stream().map(SpaceRow::id).toList() : List.of(spaceId(space));
    List<SubscriptionRow> rows = new ArrayList<>();
    for (long id : spaceIds) {
      if (rows.size() == limit) {
        return new Listing<>(rows, true);
      }
      ListSubscriptionsRequest.Builder request =
          ListSubscriptionsRequest.newBuilder().setSpaceId(id).setLimit(limit - rows.size());
      if (range != null) {
        request.setRange(range);
      }
      ListSubscriptionsResponse answer =
          call(() -> introspection().listSubscriptions(request.build()));
      answer.getSubscriptionsList().forEach(found -> rows.add(SubscriptionRow.of(id, found)));
      if (answer.getTruncated()) {
        return new Listing<>(rows, true);
      }
    }
    return new Listing<>(rows, false);
  }

  /**
   * Running invalidations.
   *
   * @param spaceId 0 for those of all spaces
   */
  public Listing<InvalidationRow> invalidations(long spaceId, int limit) {
    ListInvalidationsRequest request =
        ListInvalidationsRequest.newBuilder().setSpaceId(spaceId).setLimit(limit).build();
    ListInvalidationsResponse answer = call(() -> introspection().listInvalidations(request));
    return new Listing<>(
        answer.getInvalidationsList().stream().map(InvalidationRow::of).toList(),
        answer.getTruncated());
  }

  /** The node. */
  public NodeInfo node() {
    return NodeInfo.of(call(() -> introspection().getNode(GetNodeRequest.getDefaultInstance())));
  }

  /** Puts a session out. */
  public void evict(long sessionId, String cause) {
    EvictSessionRequest request =
        EvictSessionRequest.newBuilder().setSessionId(sessionId).setCause(cause).build();
    call(() -> introspection().evictSession(request));
  }

  /** Starts to stop the node. */
  public void drain(Duration deadline) {
    DrainRequest request =
        DrainRequest.newBuilder().setDeadlineMillis(Math.toIntExact(deadline.toMillis())).build();
    call(() -> introspection().drain(request));
  }

  /** Makes an address space. */
  public SpaceRow createSpace(String name, long pageSizeBytes) {
    CreateAddressSpaceRequest request =
        CreateAddressSpaceRequest.newBuilder().setName(name).setPageSize(pageSizeBytes).build();
    return SpaceRow.of(call(() -> addressSpaces().createAddressSpace(request)).getAddressSpace());
  }

  /** Releases an address space; comes back when every subscriber has let go of it. */
  public void deleteSpace(long spaceId) {
    DeleteAddressSpaceRequest request =
        DeleteAddressSpaceRequest.newBuilder().setId(spaceId).build();
    call(
        () ->
            AddressSpaceServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(RELEASE_TIMEOUT)
                .deleteAddressSpace(request));
  }

  /** Id of the space that people call by its id or by its name. */
  public long spaceId(String idOrName) {
    if (idOrName.matches("[0-9]{1,18}")) {
      return Long.parseLong(idOrName);
    }
    GetAddressSpaceRequest request = GetAddressSpaceRequest.newBuilder().setName(idOrName).build();
    return call(() -> addressSpaces().getAddressSpace(request)).getAddressSpace().getId();
  }

  private AddressSpaceServiceBlockingStub addressSpaces() {
    return AddressSpaceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_TIMEOUT);
  }

  private IntrospectionServiceBlockingStub introspection() {
    return IntrospectionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_TIMEOUT);
  }

  private <T> T call(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
        throw RunFailure.unreachable(
            "--target: " + target + " (expected: a running coordinator)", e);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
