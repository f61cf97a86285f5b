package io.svmcoord.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.MemberRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A channel whose calls are gateways that note what is done to them. */
final class RecordingGateway extends ManagedChannel {
  /** One gateway's call; the test plays the coordinator. */
  static final class Call extends ClientCall<DeviceGatewayRequest, DeviceGatewayResponse> {
    /** Written by one thread at a time, whatever the client does. */
    final List<DeviceGatewayRequest> sent = new ArrayList<>();

    private final AtomicInteger acks = new AtomicInteger();
    private final CountDownLatch wanted = new CountDownLatch(1);
    private volatile int wantedAcks = Integer.MAX_VALUE;
    volatile boolean isReady = true;
    @Nullable String ended;
    @Nullable Listener<DeviceGatewayResponse> listener;

    /** All entries that were sent, in order. */
    List<MemberRequest> entries() {
      return sent.stream().flatMap(message -> message.getRequestsList().stream()).toList();
    }

    /** Opens when so many acks were sent, each counted for each of its members. */
    CountDownLatch awaitAcks(int count) {
      wantedAcks = count;
      countDown();
      return wanted;
    }

    private void countDown() {
      if (acks.get() >= wantedAcks) {
        wanted.countDown();
      }
    }

    /** The client's side of it. */
    Listener<DeviceGatewayResponse> client() {
      Listener<DeviceGatewayResponse> started = listener;
      if (started == null) {
        throw new AssertionError("not started");
      }
      return started;
    }

    @Override
    public void start(Listener<DeviceGatewayResponse> responses, Metadata headers) {
      listener = responses;
    }

    @Override
    public void request(int count) {}

    @Override
    public boolean isReady() {
      return isReady;
    }

    @Override
    public void sendMessage(DeviceGatewayRequest message) {
      if (ended != null) {
        throw new IllegalStateException("ended: " + ended + " (expected: not yet)");
      }
      sent.add(message);
      for (MemberRequest entry : message.getRequestsList()) {
        acks.addAndGet(entry.getMembersCount() * entry.getRequest().getAcksCount());
      }
      countDown();
    }

    @Override
    public void halfClose() {
      ended = "half-closed";
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      ended = "cancelled";
    }
  }

  final List<Call> calls = new ArrayList<>();
  ConnectivityState state = ConnectivityState.READY;
  int idles;

  /** Whether calls are ready as soon as they are started. */
  boolean isReady = true;

  @Override
  @SuppressWarnings("unchecked") // One method alone is called here.
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    Call call = new Call();
    call.isReady = isReady;
    calls.add(call);
    return (ClientCall<Q, R>) call;
  }

  @Override
  public void enterIdle() {
    idles++;
  }

  @Override
  public ConnectivityState getState(boolean isConnectionWanted) {
    return state;
  }

  @Override
  public String authority() {
    return "recording";
  }

  @Override
  public ManagedChannel shutdown() {
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    return this;
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
