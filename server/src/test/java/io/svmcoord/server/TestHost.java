package io.svmcoord.server;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import io.svmcoord.v1.InvalidationId;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.OpenHost;
import io.svmcoord.v1.SessionOpened;
import java.util.concurrent.atomic.AtomicLong;

/** A host that does nothing by itself. */
final class TestHost {
  private final Notices<HostSessionResponse, HostNotice> notices =
      new Notices<>(HostSessionResponse::getNoticesList);
  private final StreamObserver<HostSessionRequest> requests;
  private final AtomicLong correlation = new AtomicLong();
  private final SessionOpened opened;

  /** Opens a session. */
  TestHost(ManagedChannel channel, String name, int ttlMillis) {
    this(channel, name, ttlMillis, ByteString.EMPTY);
  }

  /** Opens a session that names a former one. */
  TestHost(ManagedChannel channel, String name, int ttlMillis, ByteString previousKey) {
    requests = InvalidationServiceGrpc.newStub(channel).hostSession(notices);
    command(
        HostCommand.newBuilder()
            .setOpen(
                OpenHost.newBuilder()
                    .setName(name)
                    .setTtlMillis(ttlMillis)
                    .setPreviousSessionKey(previousKey)));
    opened = notices.next().getOpened();
  }

  Notices<HostSessionResponse, HostNotice> notices() {
    return notices;
  }

  long id() {
    return opened.getSessionId();
  }

  ByteString key() {
    return opened.getSessionKey();
  }

  long command(HostCommand.Builder command) {
    long id = correlation.incrementAndGet();
    send(HostSessionRequest.newBuilder().addCommands(command.setCorrelationId(id)).build());
    return id;
  }

  void send(HostSessionRequest request) {
    requests.onNext(request);
  }

  /** Begins; the answer comes when all acked. */
  long begin(BeginInvalidationRequest request) {
    return command(HostCommand.newBuilder().setBegin(request));
  }

  /** Ends and waits for the answer. */
  HostNotice end(InvalidationId id) {
    command(HostCommand.newBuilder().setEnd(EndInvalidationRequest.newBuilder().setId(id)));
    return notices.next();
  }

  /** Breaks the stream without a goodbye. */
  void halfClose() {
    requests.onCompleted();
  }
}
