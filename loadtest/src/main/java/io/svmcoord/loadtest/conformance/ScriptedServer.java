package io.svmcoord.loadtest.conformance;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.svmcoord.conformance.v1.DoneRequest;
import io.svmcoord.conformance.v1.DoneResponse;
import io.svmcoord.conformance.v1.NextRequest;
import io.svmcoord.conformance.v1.NextResponse;
import io.svmcoord.conformance.v1.ObserverServiceGrpc.ObserverServiceImplBase;
import io.svmcoord.conformance.v1.UsingRequest;
import io.svmcoord.conformance.v1.UsingResponse;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.v1.DeviceServiceGrpc.DeviceServiceImplBase;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.FaultRequest;
import io.svmcoord.v1.FaultResponse;
import io.svmcoord.v1.PageSourceServiceGrpc.PageSourceServiceImplBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The services that a device program meets, on one port of loopback: each call goes to the scene
 * that is being played. Calls run on virtual threads and may block. Thread-safe.
 */
final class ScriptedServer implements AutoCloseable {
  private static final long KEEPALIVE_SECONDS_MIN = 1;

  private final Instructions instructions;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Server server;
  private volatile @Nullable Scene scene;

  private ScriptedServer(Instructions instructions, int port) throws IOException {
    this.instructions = instructions;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .executor(threads)
            .permitKeepAliveWithoutCalls(true)
            .permitKeepAliveTime(KEEPALIVE_SECONDS_MIN, TimeUnit.SECONDS)
            .addService(new Devices())
            .addService(new Pages())
            .addService(new Observer())
            .addService(ProtoReflectionServiceV1.newInstance())
            .build()
            .start();
  }

  /**
   * Starts it.
   *
   * @param port of loopback; 0 lets the system choose
   * @throws RunFailure if the port is taken
   */
  static ScriptedServer start(Instructions instructions, int port) {
    try {
      return new ScriptedServer(instructions, port);
    } catch (IOException e) {
      throw RunFailure.foundWrong("--listen: %d (expected: a free port)".formatted(port), e);
    }
  }

  int port() {
    return server.getPort();
  }

  /** From now on calls go to this scene. */
  void play(Scene next) {
    scene = next;
  }

  /** From now on there is no coordinator. */
  void pause() {
    scene = null;
  }

  @Override
  public void close() {
    server.shutdown();
    try {
      // Workers are told to stop; those that hang are cut off.
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.shutdownNow();
    }
    threads.shutdownNow();
  }

  private <T> void answer(StreamObserver<T> out, Function<Scene, T> call) {
    tolerateCancel(out);
    Scene now = scene;
    if (now == null) {
      out.onError(notNow());
      return;
    }
    try {
      out.onNext(call.apply(now));
      out.onCompleted();
    } catch (RuntimeException e) {
      out.onError(Status.fromThrowable(e).asRuntimeException());
    }
  }

  /** With a handler, writing to a call that the device gave up is harmless. */
  @CanIgnoreReturnValue
  private static <T> ServerCallStreamObserver<T> tolerateCancel(StreamObserver<T> out) {
    ServerCallStreamObserver<T> call = (ServerCallStreamObserver<T>) out;
    call.setOnCancelHandler(() -> {});
    return call;
  }

  private static RuntimeException notNow() {
    return Status.UNAVAILABLE.withDescription("no check is being played").asRuntimeException();
  }

  private final class Devices extends DeviceServiceImplBase {
    @Override
    public StreamObserver<DeviceSessionRequest> deviceSession(
        StreamObserver<DeviceSessionResponse> out) {
      tolerateCancel(out);
      Scene now = scene;
      if (now == null) {
        out.onError(notNow());
        return new Ignored();
      }
      return now.connected(out);
    }
  }

  /** A stream that was refused. */
  private static final class Ignored implements StreamObserver<DeviceSessionRequest> {
    @Override
    public void onNext(DeviceSessionRequest request) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }

  private final class Pages extends PageSourceServiceImplBase {
    @Override
    public void fault(FaultRequest request, StreamObserver<FaultResponse> out) {
      answer(out, now -> FaultResponse.newBuilder().addAllPages(now.fault(request)).build());
    }
  }

  private final class Observer extends ObserverServiceImplBase {
    @Override
    public void next(NextRequest request, StreamObserver<NextResponse> out) {
      ServerCallStreamObserver<NextResponse> call = tolerateCancel(out);
      call.onNext(instructions.next(call::isCancelled));
      call.onCompleted();
    }

    @Override
    public void using(UsingRequest request, StreamObserver<UsingResponse> out) {
      answer(
          out,
          now -> {
            now.using(request);
            return UsingResponse.getDefaultInstance();
          });
    }

    @Override
    public void done(DoneRequest request, StreamObserver<DoneResponse> out) {
      answer(
          out,
          now -> {
            now.done(request);
            return DoneResponse.getDefaultInstance();
          });
    }
  }
}
