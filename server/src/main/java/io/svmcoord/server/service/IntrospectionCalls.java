package io.svmcoord.server.service;

import io.grpc.stub.StreamObserver;
import io.svmcoord.range.AddressRange;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.EndCause;
import io.svmcoord.server.kernel.InvalidationView;
import io.svmcoord.server.kernel.Listing;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.SessionId;
import io.svmcoord.server.kernel.SessionView;
import io.svmcoord.server.kernel.SubscriptionView;
import io.svmcoord.v1.DrainRequest;
import io.svmcoord.v1.DrainResponse;
import io.svmcoord.v1.EvictSessionRequest;
import io.svmcoord.v1.EvictSessionResponse;
import io.svmcoord.v1.FoundSubscription;
import io.svmcoord.v1.GetNodeRequest;
import io.svmcoord.v1.GetNodeResponse;
import io.svmcoord.v1.IntrospectionServiceGrpc;
import io.svmcoord.v1.ListInvalidationsRequest;
import io.svmcoord.v1.ListInvalidationsResponse;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.ListSessionsResponse;
import io.svmcoord.v1.ListSubscriptionsRequest;
import io.svmcoord.v1.ListSubscriptionsResponse;
import io.svmcoord.v1.ListedInvalidation;
import io.svmcoord.v1.Session;
import java.time.Duration;
import java.util.function.Consumer;

/** Shows what the coordinator knows, and carries out what operators may do. On the event loops. */
final class IntrospectionCalls extends IntrospectionServiceGrpc.IntrospectionServiceImplBase {
  /** Drain deadline of a request that says none. */
  private static final Duration DRAIN_DEFAULT = Duration.ofSeconds(10);

  private static final int DRAIN_MILLIS_MAX = 600_000;

  private final Node node;
  private final Coordinator coordinator;
  private final NodeInfo info;
  private final Consumer<Duration> drain;

  /**
   * The service.
   *
   * @param drain makes the node drain; must not block
   */
  IntrospectionCalls(Node node, NodeInfo info, Consumer<Duration> drain) {
    this.node = node;
    this.coordinator = node.coordinator();
    this.info = info;
    this.drain = drain;
  }

  @Override
  public void getNode(GetNodeRequest request, StreamObserver<GetNodeResponse> observer) {
    UnaryCall<GetNodeResponse> call = new UnaryCall<>(node, observer);
    call.run(request, argument -> call.succeed(nodeResponse()));
  }

  private GetNodeResponse nodeResponse() {
    long now = node.kernel().nowNanos();
    return GetNodeResponse.newBuilder()
        .setVersion(info.version())
        .setIncarnation(Wire.bytes(coordinator.incarnation()))
        .setUptimeMillis(Wire.millis(now - info.startNanos()))
        .setDraining(node.drain().isDraining())
        .setTransport(info.transport())
        .setEventLoops(info.eventLoops())
        .setEpoch(coordinator.epoch())
        .setGraceLeftMillis(Wire.millis(coordinator.graceLeftNanos(now)))
        .setGraceSessions(coordinator.graceSessions())
        .build();
  }

  @Override
  public void listSessions(
      ListSessionsRequest request, StreamObserver<ListSessionsResponse> observer) {
    new UnaryCall<>(node, observer).answer(request, this::sessions, this::sessionsResponse);
  }

  private Outcome<Listing<SessionView>> sessions(ListSessionsRequest request) {
    return switch (Wire.rows(request.getPageSize(), "page_size")) {
      case Outcome.Ok<Integer>(Integer rows) ->
          Outcome.ok(coordinator.sessions(node.kernel().nowNanos(), request.getAfterId(), rows));
      case Outcome.Refused<Integer>(Refusal refusal) -> Outcome.refused(refusal);
    };
  }

  private ListSessionsResponse sessionsResponse(Listing<SessionView> listing) {
    ListSessionsResponse.Builder response = ListSessionsResponse.newBuilder();
    listing.rows().forEach(view -> response.addSessions(session(view)));
    return response.setNextAfterId(Wire.nextAfterId(listing, view -> view.id().value())).build();
  }

  private static Session session(SessionView view) {
    return Session.newBuilder()
        .setId(view.id().value())
        .setRole(Enums.role(view.role()))
        .setState(Enums.state(view.state()))
        .setName(view.name())
        .setClientVersion(view.clientVersion())
        .setPeer(view.peer().address())
        .setTtlMillis((int) Wire.millis(view.ttlNanos()))
        .setLeaseLeftMillis((int) Wire.millis(view.leaseLeftNanos()))
        .setUnacked(view.unacked())
        .setOldestUnackedMillis((int) Wire.millis(view.oldestUnackedNanos()))
        .setSubscriptions(view.subscriptions())
        .setEndCause(view.endCause())
        .setRunningInvalidations(view.runningInvalidations())
        .setOverMillis(Wire.millis(view.overForNanos()))
        .setGateway(view.peer().gateway())
        .build();
  }

  @Override
  public void listSubscriptions(
      ListSubscriptionsRequest request, StreamObserver<ListSubscriptionsResponse> observer) {
    new UnaryCall<>(node, observer)
        .answer(request, this::subscriptions, IntrospectionCalls::subscriptionsResponse);
  }

  private Outcome<Listing<SubscriptionView>> subscriptions(ListSubscriptionsRequest request) {
    long first = request.getRange().getFirst();
    long last = request.getRange().getLast();
    if (request.hasRange() && Long.compareUnsigned(first, last) > 0) {
      return Outcome.refused(
          new Refusal.InvalidArgument(
              "range.last",
              "0x" + Long.toHexString(last),
              "at least first 0x" + Long.toHexString(first)));
    }
    AddressRange range = request.hasRange() ? new AddressRange(first, last) : AddressRange.WHOLE;
    return switch (Wire.rows(request.getLimit(), "limit")) {
      case Outcome.Ok<Integer>(Integer rows) ->
          coordinator.subscriptions(request.getSpaceId(), range, rows);
      case Outcome.Refused<Integer>(Refusal refusal) -> Outcome.refused(refusal);
    };
  }

  private static ListSubscriptionsResponse subscriptionsResponse(
      Listing<SubscriptionView> listing) {
    ListSubscriptionsResponse.Builder response =
        ListSubscriptionsResponse.newBuilder().setTruncated(listing.isTruncated());
    for (SubscriptionView view : listing.rows()) {
      response.addSubscriptions(
          FoundSubscription.newBuilder()
              .setSessionId(view.session().value())
              .setSubscriptionId(view.id())
              .setRange(Wire.range(view.range().first(), view.range().last())));
    }
    return response.build();
  }

  @Override
  public void listInvalidations(
      ListInvalidationsRequest request, StreamObserver<ListInvalidationsResponse> observer) {
    new UnaryCall<>(node, observer)
        .answer(request, this::invalidations, IntrospectionCalls::invalidationsResponse);
  }

  private Outcome<Listing<InvalidationView>> invalidations(ListInvalidationsRequest request) {
    return switch (Wire.rows(request.getLimit(), "limit")) {
      case Outcome.Ok<Integer>(Integer rows) ->
          coordinator.invalidations(node.kernel().nowNanos(), request.getSpaceId(), rows);
      case Outcome.Refused<Integer>(Refusal refusal) -> Outcome.refused(refusal);
    };
  }

  private static ListInvalidationsResponse invalidationsResponse(
      Listing<InvalidationView> listing) {
    ListInvalidationsResponse.Builder response =
        ListInvalidationsResponse.newBuilder().setTruncated(listing.isTruncated());
    for (InvalidationView view : listing.rows()) {
      response.addInvalidations(
          ListedInvalidation.newBuilder()
              .setId(Wire.id(view.invalidation().id()))
              .setEvent(Enums.event(view.invalidation().event()))
              .addAllRanges(DeviceNotices.ranges(view.invalidation().ranges()))
              .setHostSessionId(view.host().value())
              .setAgeMillis(Wire.millis(view.ageNanos()))
              .setAcked(view.isAcked())
              .addAllOwing(view.owing().stream().map(SessionId::value).toList()));
    }
    return response.build();
  }

  @Override
  public void evictSession(
      EvictSessionRequest request, StreamObserver<EvictSessionResponse> observer) {
    new UnaryCall<>(node, observer)
        .answer(
            request,
            argument ->
                coordinator.evict(
                    node.kernel().nowNanos(),
                    new SessionId(argument.getSessionId()),
                    EndCause.OPERATOR,
                    argument.getCause()),
            session -> EvictSessionResponse.getDefaultInstance());
  }

  @Override
  public void drain(DrainRequest request, StreamObserver<DrainResponse> observer) {
    UnaryCall<DrainResponse> call = new UnaryCall<>(node, observer);
    int millis = request.getDeadlineMillis();
    if (millis < 0 || millis > DRAIN_MILLIS_MAX) {
      call.refuse(
          new Refusal.InvalidArgument(
              "deadline_millis", Integer.toUnsignedString(millis), "0 to " + DRAIN_MILLIS_MAX));
      return;
    }
    drain.accept(millis == 0 ? DRAIN_DEFAULT : Duration.ofMillis(millis));
    call.succeed(DrainResponse.getDefaultInstance());
  }
}
