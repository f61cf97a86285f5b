package io.svmcoord.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.DeviceGatewayServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.MemberResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A gateway of devices that do nothing by themselves. Its members are opened by one thread. */
final class TestGateway {
  /** Credit of a member that is always read. */
  static final int READ = 1_000_000;

  private final Map<Integer, StreamObserver<DeviceSessionResponse>> members =
      new ConcurrentHashMap<>();
  private final List<MemberResponse> entries = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Optional<StatusRuntimeException>> closed =
      new CompletableFuture<>();
  private final StreamObserver<DeviceGatewayRequest> requests;
  private int lastMember;

  TestGateway(ManagedChannel channel) {
    requests =
        DeviceGatewayServiceGrpc.newStub(channel)
            .deviceGateway(
                new StreamObserver<>() {
                  @Override
                  public void onNext(DeviceGatewayResponse message) {
                    assertThat(message.getResponsesList()).as("entries").isNotEmpty();
                    message.getResponsesList().forEach(TestGateway.this::received);
                  }

                  @Override
                  public void onError(Throwable error) {
                    closed.complete(
                        Optional.of(
                            new StatusRuntimeException(
                                Status.fromThrowable(error), Status.trailersFromThrowable(error))));
                  }

                  @Override
                  public void onCompleted() {
                    closed.complete(Optional.empty());
                  }
                });
  }

  private void received(MemberResponse entry) {
    entries.add(entry);
    for (int number : entry.getMembersList()) {
      StreamObserver<DeviceSessionResponse> member =
          Objects.requireNonNull(members.get(number), () -> "no member " + number + ": " + entry);
      if (entry.hasResponse()) {
        member.onNext(entry.getResponse());
      } else {
        members.remove(number);
        end(member, entry.getClosed().getFailure());
      }
    }
  }

  private static void end(StreamObserver<DeviceSessionResponse> member, Failure failure) {
    if (failure.getCode() == 0) {
      member.onCompleted();
      return;
    }
    member.onError(
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(failure.getCode())
                .setMessage(failure.getMessage())
                .addDetails(
                    Any.pack(
                        ErrorInfo.newBuilder()
                            .setReason(failure.getReason())
                            .putAllMetadata(failure.getMetadataMap())
                            .build()))
                .build()));
  }

  /** The entries that were received, in order. */
  List<MemberResponse> entries() {
    return entries;
  }

  /** How the gateway was closed, which has to happen; empty for OK. */
  Optional<StatusRuntimeException> closed() {
    return closed.orTimeout(TestServer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  boolean isClosed() {
    return closed.isDone();
  }

  /** The number of the member that was started last. */
  int lastMember() {
    return lastMember;
  }

  /** Streams of members that have so much credit from the start. */
  TestDevice.Carrier carrier(int credit) {
    return responses -> member(responses, credit);
  }

  TestDevice device(String name, int ttlMillis) {
    return new TestDevice(carrier(READ), name, ttlMillis);
  }

  private StreamObserver<DeviceSessionRequest> member(
      StreamObserver<DeviceSessionResponse> responses, int credit) {
    int number = ++lastMember;
    members.put(number, responses);
    return new StreamObserver<>() {
      private int toGrant = credit;

      @Override
      public void onNext(DeviceSessionRequest request) {
        send(MemberRequest.newBuilder().addMembers(number).setRequest(request).setCredit(toGrant));
        toGrant = 0;
      }

      @Override
      public void onError(Throwable error) {
        send(MemberRequest.newBuilder().addMembers(number).setEnd(MemberRequest.End.END_CANCELLED));
      }

      @Override
      public void onCompleted() {
        send(
            MemberRequest.newBuilder()
                .addMembers(number)
                .setEnd(MemberRequest.End.END_HALF_CLOSED));
      }
    };
  }

  void send(MemberRequest.Builder... entries) {
    DeviceGatewayRequest.Builder message = DeviceGatewayRequest.newBuilder();
    for (MemberRequest.Builder entry : entries) {
      message.addRequests(entry);
    }
    requests.onNext(message.build());
  }

  void halfClose() {
    requests.onCompleted();
  }
}
