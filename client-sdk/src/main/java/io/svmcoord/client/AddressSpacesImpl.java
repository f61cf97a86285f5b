package io.svmcoord.client;

import com.google.common.util.concurrent.ListenableFuture;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.AddressSpaceServiceGrpc.AddressSpaceServiceFutureStub;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import io.svmcoord.v1.DeleteAddressSpaceRequest;
import io.svmcoord.v1.GetAddressSpaceRequest;
import io.svmcoord.v1.ListAddressSpacesRequest;
import io.svmcoord.v1.ListAddressSpacesResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Calls over {@code svm.v1.AddressSpaceService}. Thread-safe. */
final class AddressSpacesImpl implements AddressSpaces {
  private static final int ROWS_PER_CALL = 1000;
  private static final Duration ACK_DEADLINE_DEFAULT = Duration.ofSeconds(1);

  /** A delete waits for acks and then for leases: the longest lease and guard of the contract. */
  private static final Duration LEASES_MAX = Duration.ofSeconds(65);

  /** The call itself gives up first; this is for a channel that is stuck. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private final ClientRuntime runtime;
  private final AddressSpaceServiceFutureStub stub;

  AddressSpacesImpl(ClientRuntime runtime) {
    this.runtime = runtime;
    this.stub = AddressSpaceServiceGrpc.newFutureStub(runtime.channel());
  }

  @Override
  public AddressSpaceInfo create(String name, long pageSizeBytes) {
    CreateAddressSpaceRequest request =
        CreateAddressSpaceRequest.newBuilder().setName(name).setPageSize(pageSizeBytes).build();
    return Wire.space(
        call("AddressSpaces.create", service -> service.createAddressSpace(request))
            .getAddressSpace());
  }

  @Override
  public AddressSpaceInfo get(long id) {
    return get(GetAddressSpaceRequest.newBuilder().setId(id).build());
  }

  @Override
  public AddressSpaceInfo getByName(String name) {
    return get(GetAddressSpaceRequest.newBuilder().setName(name).build());
  }

  private AddressSpaceInfo get(GetAddressSpaceRequest request) {
    return Wire.space(
        call("AddressSpaces.get", service -> service.getAddressSpace(request)).getAddressSpace());
  }

  @Override
  public List<AddressSpaceInfo> list() {
    List<AddressSpaceInfo> all = new ArrayList<>();
    long after = 0;
    do {
      ListAddressSpacesRequest request =
          ListAddressSpacesRequest.newBuilder()
              .setPageSize(ROWS_PER_CALL)
              .setAfterId(after)
              .build();
      ListAddressSpacesResponse answer =
          call("AddressSpaces.list", service -> service.listAddressSpaces(request));
      answer.getAddressSpacesList().forEach(space -> all.add(Wire.space(space)));
      after = answer.getNextAfterId();
    } while (after != 0);
    return List.copyOf(all);
  }

  @Override
  public FanOut delete(long id) {
    return delete(id, ACK_DEADLINE_DEFAULT);
  }

  @Override
  public FanOut delete(long id, Duration ackDeadline) {
    DeleteAddressSpaceRequest request =
        DeleteAddressSpaceRequest.newBuilder()
            .setId(id)
            .setAckDeadlineMillis((int) ackDeadline.toMillis())
            .build();
    Duration limit = runtime.deadline().plus(ackDeadline).plus(LEASES_MAX);
    return Wire.fanOut(
        call("AddressSpaces.delete", limit, service -> service.deleteAddressSpace(request))
            .getFanOut());
  }

  private <T> T call(
      String method, Function<AddressSpaceServiceFutureStub, ListenableFuture<T>> call) {
    return call(method, runtime.deadline(), call);
  }

  private <T> T call(
      String method,
      Duration limit,
      Function<AddressSpaceServiceFutureStub, ListenableFuture<T>> call) {
    MirrorLock.requireNone(method);
    CompletableFuture<T> answer = Futures.of(call.apply(runtime.withDeadline(stub, limit)));
    return runtime.await(answer, limit.plus(SLACK), method);
  }
}
