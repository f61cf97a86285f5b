package io.svmcoord.loadtest.peers.svm;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.svmcoord.loadtest.load.EncodedMessage;
import io.svmcoord.loadtest.load.FanoutSubscription;
import io.svmcoord.loadtest.load.Heartbeats;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.OpenHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * svm's host: a session stream. What it begins takes turns on the pages that the devices mirror; an
 * answered begin is ended together with the next begin.
 */
final class SvmHost extends ClientCall.Listener<EncodedMessage>
    implements PeerHost, HostWire.Reader {
  /** Correlation id of the begins of slot 0; 0 is for news. */
  private static final long FIRST_BEGIN_ID = 1;

  private static final long OPEN_ID = 1L << 62;
  private static final long END_ID = OPEN_ID + 1;
  private static final long HEARTBEAT_ID = OPEN_ID + 2;
  private static final long DETACH_ID = OPEN_ID + 3;
  private static final Duration ACK_DEADLINE = Duration.ofSeconds(10);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  private final PeerLoop loop = new PeerLoop();
  private final ManagedChannel channel;
  private final ClientCall<EncodedMessage, EncodedMessage> call;
  private final OperationListener listener;
  private final long spaceId;
  private final HostWire.Commands commands = new HostWire.Commands(SLOTS);
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final Heartbeats heartbeats = new Heartbeats();
  private long begins;

  private SvmHost(SocketAddress target, long spaceId, OperationListener listener) {
    this.channel = loop.grpcChannel(target);
    this.call = channel.newCall(HostWire.HOST_SESSION, CallOptions.DEFAULT);
    this.listener = listener;
    this.spaceId = spaceId;
  }

  /** Opens the session; blocks until that is answered. */
  static SvmHost connect(SocketAddress target, long spaceId, OperationListener listener) {
    SvmHost host = new SvmHost(target, spaceId, listener);
    host.open();
    return host;
  }

  private void open() {
    call.start(this, new Metadata());
    call.request(Integer.MAX_VALUE);
    OpenHost open =
        OpenHost.newBuilder()
            .setName("peer-host")
            .setTtlMillis(Math.toIntExact(SvmPeer.TTL.toMillis()))
            .build();
    send(HostCommand.newBuilder().setCorrelationId(OPEN_ID).setOpen(open).build());
    try {
      Patience.await(opened, CALL_TIMEOUT, "svm: the host's session");
    } catch (RunFailure e) {
      close();
      throw e;
    }
  }

  @Override
  public EventLoop loop() {
    return loop.loop();
  }

  @Override
  public void begin(int slot, int devices) {
    long first = begins++ % FanoutSubscription.PAGES * FanoutSubscription.PAGE_BYTES;
    long last = first + FanoutSubscription.PAGE_BYTES - 1;
    try {
      commands.addBegin(
          slot + FIRST_BEGIN_ID, spaceId, first, last, Math.toIntExact(ACK_DEADLINE.toMillis()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void flush() {
    if (!commands.isEmpty()) {
      call.sendMessage(commands.take());
    }
  }

  @Override
  public void onMessage(EncodedMessage message) {
    try {
      HostWire.read(message.bytes(), this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    flush();
  }

  @Override
  public void onBegun(long correlationId, byte[] id, int acks) {
    try {
      commands.addEnd(END_ID, id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    listener.completed(Math.toIntExact(correlationId - FIRST_BEGIN_ID), acks);
  }

  @Override
  public void onOther(HostNotice notice) {
    switch (notice.getNoticeCase()) {
      case OPENED -> {
        int period = notice.getOpened().getHeartbeatMillis();
        heartbeats.start(loop.loop(), period, this::sendHeartbeat);
        opened.complete(null);
      }
      case FAILED -> listener.failed("svm: " + notice.getFailed().getMessage());
      case BEGUN, ENDED, HEARTBEAT, DRAINING, NOTICE_NOT_SET -> {
        // The first three are read by hand; a draining node still answers.
      }
    }
  }

  private void sendHeartbeat(Heartbeat heartbeat) {
    send(HostCommand.newBuilder().setCorrelationId(HEARTBEAT_ID).setHeartbeat(heartbeat).build());
  }

  private void send(HostCommand command) {
    call.sendMessage(
        EncodedMessage.of(HostSessionRequest.newBuilder().addCommands(command).build()));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    heartbeats.stop();
    opened.completeExceptionally(status.asRuntimeException(trailers));
    if (!closed.isDone()) {
      listener.failed("svm: the host's session ended: " + status);
      closed.complete(null);
    }
  }

  /** Leaves and waits for the goodbye, for a bounded time. */
  @Override
  public void close() {
    Detach detach = Detach.getDefaultInstance();
    loop.loop()
        .execute(
            () ->
                send(
                    HostCommand.newBuilder()
                        .setCorrelationId(DETACH_ID)
                        .setDetach(detach)
                        .build()));
    closed.completeOnTimeout(null, CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
    channel.shutdownNow();
    loop.close();
  }
}
