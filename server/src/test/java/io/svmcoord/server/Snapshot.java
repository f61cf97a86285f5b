package io.svmcoord.server;

import io.svmcoord.v1.AddressSpace;
import io.svmcoord.v1.FoundSubscription;
import io.svmcoord.v1.InvalidationId;
import io.svmcoord.v1.ListAddressSpacesRequest;
import io.svmcoord.v1.ListInvalidationsRequest;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.ListSubscriptionsRequest;
import io.svmcoord.v1.ListedInvalidation;
import io.svmcoord.v1.Session;
import java.util.List;

/** All that introspection shows, but for what changes with time alone. */
record Snapshot(
    List<AddressSpace> spaces,
    List<Session> sessions,
    List<FoundSubscription> subscriptions,
    List<InvalidationId> invalidations) {

  static Snapshot of(TestServer server) {
    List<AddressSpace> spaces =
        server
            .spaces()
            .listAddressSpaces(ListAddressSpacesRequest.getDefaultInstance())
            .getAddressSpacesList();
    return new Snapshot(
        spaces,
        server
            .introspection()
            .listSessions(ListSessionsRequest.getDefaultInstance())
            .getSessionsList()
            .stream()
            .map(
                session ->
                    session.toBuilder().clearLeaseLeftMillis().clearOldestUnackedMillis().build())
            .toList(),
        spaces.stream()
            .flatMap(
                space ->
                    server
                        .introspection()
                        .listSubscriptions(
                            ListSubscriptionsRequest.newBuilder().setSpaceId(space.getId()).build())
                        .getSubscriptionsList()
                        .stream())
            .toList(),
        server
            .introspection()
            .listInvalidations(ListInvalidationsRequest.getDefaultInstance())
            .getInvalidationsList()
            .stream()
            .map(ListedInvalidation::getId)
            .toList());
  }
}
