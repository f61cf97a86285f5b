package io.svmcoord.loadtest.peers.svm;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import io.svmcoord.loadtest.load.EncodedMessage;
import io.svmcoord.loadtest.load.FanoutSubscription;
import io.svmcoord.loadtest.peers.system.CallsPeer;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.peers.system.TwoCalls;
import io.svmcoord.loadtest.peers.system.TwoCallsHost;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.MirrorServiceGrpc;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadBeginResponse;
import io.svmcoord.v1.ReadRetryRequest;
import java.util.Optional;

/** svm's unary calls, where no device is concerned. */
public final class SvmCalls implements CallsPeer {
  private static final AddressRange PAGE =
      AddressRange.newBuilder().setFirst(0).setLast(FanoutSubscription.PAGE_BYTES - 1).build();

  private final String name;
  private final Operation operation;

  private SvmCalls(String name, Operation operation) {
    this.name = name;
    this.operation = operation;
  }

  /** A begin and its end, without a session. */
  public static SvmCalls invalidations() {
    return new SvmCalls("svm-calls", SvmCalls::beginAndEnd);
  }

  /** A mapper's read_begin and read_retry. */
  public static SvmCalls reads() {
    return new SvmCalls("svm-reads", SvmCalls::readBeginAndRetry);
  }

  /** What is called in an address space. */
  private interface Operation {
    TwoCalls in(long spaceId);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public PeerServer startServer() {
    return SvmServers.start(name, Launch.SAME);
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return new TwoCallsHost(name, target, operation.in(target.spaceId()), listener);
  }

  private static TwoCalls beginAndEnd(long spaceId) {
    BeginInvalidationRequest begin =
        BeginInvalidationRequest.newBuilder()
            .setSpaceId(spaceId)
            .addRanges(PAGE)
            .setEvent(InvalidationEvent.INVALIDATION_EVENT_CLEAR)
            .build();
    return new TwoCalls(
        bytes(InvalidationServiceGrpc.getBeginInvalidationMethod()),
        new EncodedMessage(begin.toByteArray()),
        bytes(InvalidationServiceGrpc.getEndInvalidationMethod()),
        SvmCalls::end,
        SvmCalls::isFalse);
  }

  private static EncodedMessage end(EncodedMessage begun) {
    try {
      BeginInvalidationResponse response = BeginInvalidationResponse.parseFrom(begun.bytes());
      EndInvalidationRequest end =
          EndInvalidationRequest.newBuilder()
              .setId(response.getId())
              .setSessionKey(response.getSessionKey())
              .build();
      return new EncodedMessage(end.toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static TwoCalls readBeginAndRetry(long spaceId) {
    ReadBeginRequest begin =
        ReadBeginRequest.newBuilder().setSpaceId(spaceId).addRanges(PAGE).build();
    return new TwoCalls(
        bytes(MirrorServiceGrpc.getReadBeginMethod()),
        new EncodedMessage(begin.toByteArray()),
        bytes(MirrorServiceGrpc.getReadRetryMethod()),
        SvmCalls::retry,
        SvmCalls::isFalse);
  }

  private static EncodedMessage retry(EncodedMessage begun) {
    try {
      ReadRetryRequest retry =
          ReadRetryRequest.newBuilder()
              .setToken(ReadBeginResponse.parseFrom(begun.bytes()).getToken())
              .addRanges(PAGE)
              .build();
      return new EncodedMessage(retry.toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Not ended by force, no retry: a message whose fields are all unset has no bytes. */
  private static boolean isFalse(EncodedMessage answer) {
    return answer.bytes().length == 0;
  }

  private static MethodDescriptor<EncodedMessage, EncodedMessage> bytes(
      MethodDescriptor<?, ?> method) {
    return method.toBuilder(EncodedMessage.marshaller(), EncodedMessage.marshaller()).build();
  }
}
