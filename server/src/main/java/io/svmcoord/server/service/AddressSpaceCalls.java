package io.svmcoord.server.service;

import io.grpc.stub.StreamObserver;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.FanOutReport;
import io.svmcoord.server.kernel.Listing;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.ReleaseCallback;
import io.svmcoord.server.kernel.SpaceInfo;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import io.svmcoord.v1.CreateAddressSpaceResponse;
import io.svmcoord.v1.DeleteAddressSpaceRequest;
import io.svmcoord.v1.DeleteAddressSpaceResponse;
import io.svmcoord.v1.GetAddressSpaceRequest;
import io.svmcoord.v1.GetAddressSpaceResponse;
import io.svmcoord.v1.ListAddressSpacesRequest;
import io.svmcoord.v1.ListAddressSpacesResponse;

/** Makes, shows and releases address spaces. Runs on the event loops. */
final class AddressSpaceCalls extends AddressSpaceServiceGrpc.AddressSpaceServiceImplBase {
  private final Node node;
  private final Coordinator coordinator;

  AddressSpaceCalls(Node node) {
    this.node = node;
    this.coordinator = node.coordinator();
  }

  @Override
  public void createAddressSpace(
      CreateAddressSpaceRequest request, StreamObserver<CreateAddressSpaceResponse> observer) {
    UnaryCall<CreateAddressSpaceResponse> call = new UnaryCall<>(node, observer);
    // Goes on when its caller goes away: the space is found by its name.
    call.run(
        request,
        argument ->
            coordinator.createSpace(
                node.kernel().nowNanos(),
                argument.getName(),
                argument.getPageSize(),
                outcome -> call.finish(outcome, AddressSpaceCalls::createResponse)));
  }

  private static CreateAddressSpaceResponse createResponse(SpaceInfo space) {
    return CreateAddressSpaceResponse.newBuilder().setAddressSpace(Wire.space(space)).build();
  }

  @Override
  public void getAddressSpace(
      GetAddressSpaceRequest request, StreamObserver<GetAddressSpaceResponse> observer) {
    new UnaryCall<>(node, observer)
        .answer(
            request,
            this::find,
            space ->
                GetAddressSpaceResponse.newBuilder().setAddressSpace(Wire.space(space)).build());
  }

  private Outcome<SpaceInfo> find(GetAddressSpaceRequest request) {
    boolean byName = !request.getName().isEmpty();
    if (byName == (request.getId() != 0)) {
      return Outcome.refused(
          new Refusal.InvalidArgument(
              "id", byName ? "set beside name" : "not set", "exactly one of id and name"));
    }
    return byName ? coordinator.spaceByName(request.getName()) : coordinator.space(request.getId());
  }

  @Override
  public void listAddressSpaces(
      ListAddressSpacesRequest request, StreamObserver<ListAddressSpacesResponse> observer) {
    new UnaryCall<>(node, observer).answer(request, this::list, AddressSpaceCalls::listResponse);
  }

  private Outcome<Listing<SpaceInfo>> list(ListAddressSpacesRequest request) {
    return switch (Wire.rows(request.getPageSize(), "page_size")) {
      case Outcome.Ok<Integer>(Integer rows) ->
          Outcome.ok(coordinator.spaces(request.getAfterId(), rows));
      case Outcome.Refused<Integer>(Refusal refusal) -> Outcome.refused(refusal);
    };
  }

  private static ListAddressSpacesResponse listResponse(Listing<SpaceInfo> listing) {
    ListAddressSpacesResponse.Builder response = ListAddressSpacesResponse.newBuilder();
    listing.rows().forEach(space -> response.addAddressSpaces(Wire.space(space)));
    return response.setNextAfterId(Wire.nextAfterId(listing, SpaceInfo::id)).build();
  }

  @Override
  public void deleteAddressSpace(
      DeleteAddressSpaceRequest request, StreamObserver<DeleteAddressSpaceResponse> observer) {
    UnaryCall<DeleteAddressSpaceResponse> call = new UnaryCall<>(node, observer);
    // Goes on when its caller goes away: a release can't be taken back.
    call.run(
        request,
        argument ->
            coordinator.releaseSpace(
                node.kernel().nowNanos(),
                argument.getId(),
                Wire.nanos(argument.getAckDeadlineMillis()),
                releaseAnswer(call)));
  }

  private static ReleaseCallback releaseAnswer(UnaryCall<DeleteAddressSpaceResponse> call) {
    return new ReleaseCallback() {
      @Override
      public void released(FanOutReport fanOut) {
        call.succeed(
            DeleteAddressSpaceResponse.newBuilder().setFanOut(Wire.fanOut(fanOut)).build());
      }

      @Override
      public void refused(Refusal refusal) {
        call.refuse(refusal);
      }
    };
  }
}
