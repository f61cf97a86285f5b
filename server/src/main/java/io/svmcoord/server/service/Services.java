package io.svmcoord.server.service;

import com.github.benmanes.caffeine.cache.Cache;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.KernelCounts;
import io.svmcoord.server.kernel.Peer;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.DeviceGatewayServiceGrpc;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.MirrorServiceGrpc;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadBeginResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The gRPC services over one kernel, which from then on belongs to them: it is called on the first
 * event loop alone. Thread-safe; nothing blocks.
 */
public final class Services {
  private final Node node;
  private final DeviceNotices notices = new DeviceNotices();
  private final NodeInfo info;
  private final Consumer<Duration> drainRequest;

  /**
   * Services over a kernel.
   *
   * @param coordinator the kernel; not to be called by anybody else any more
   * @param loops event loops that the calls will come in on
   * @param nanoTime the clock
   * @param limits bounds
   * @param info what the node tells of itself
   * @param drainRequest told of a Drain call; must not block
   * @param joins told of each begin that joined another one
   */
  public Services(
      Coordinator coordinator,
      Loops loops,
      LongSupplier nanoTime,
      ServiceLimits limits,
      NodeInfo info,
      Consumer<Duration> drainRequest,
      Runnable joins) {
    Dispatch dispatch = new Dispatch(loops.kernel());
    this.info = info;
    this.drainRequest = drainRequest;
    this.node =
        new Node(
            coordinator,
            new KernelLoop(loops.kernel(), nanoTime, coordinator, dispatch::flush),
            dispatch,
            new OpenStreams(),
            new Begins(coordinator, limits.requestIdsMax(), limits.requestIdAge(), nanoTime, joins),
            new WaitingCalls(limits.waitingCallsMax()),
            loops,
            new LoopOutboxes(loops),
            new StreamOutbox.Limits(
                limits.mergeBytes(),
                limits.mergeNotices(),
                limits.outboundBytesMax(),
                limits.outboundNoticesMax()),
            limits.waitingBeginsMax(),
            new GatewayStream.Limits(limits.membersMax(), limits.gatewayMessageBytesMax()),
            new OpenGateways(),
            limits.messageBytesMax(),
            new DrainState());
    // A kernel that begins in a grace has a deadline before its first call.
    node.kernel().run(this, services -> {});
  }

  /** The services' definitions, for the server. */
  public List<ServerServiceDefinition> definitions() {
    return List.of(
        limited(new AddressSpaceCalls(node).bindService()),
        invalidationService(),
        deviceService(),
        gatewayService(),
        mirrorService(),
        limited(new IntrospectionCalls(node, info, drainRequest).bindService()));
  }

  /** The kernel's changes up to this number can't be lost any more. */
  public void remembered(long number) {
    node.kernel()
        .run(number, upTo -> node.coordinator().remembered(node.kernel().nowNanos(), upTo));
  }

  /**
   * The kernel's changes up to this number may be lost, as far as they were not remembered.
   *
   * @param why what went wrong, for people
   */
  public void notRemembered(long number, String why) {
    node.kernel()
        .run(number, upTo -> node.coordinator().notRemembered(node.kernel().nowNanos(), upTo, why));
  }

  /** The begins that are remembered by request id, for meters. */
  public Cache<?, ?> requestIds() {
    return node.begins().cache();
  }

  /** What waits for streams, and what became of events that waited too long. */
  public OutboundCounts outbound() {
    return new OutboundCounts() {
      @Override
      public long waitingNotices() {
        return node.outboxes().waitingNotices();
      }

      @Override
      public long waitingBytes() {
        return node.outboxes().waitingBytes();
      }

      @Override
      public long mergedNotices() {
        return node.outboxes().mergedNotices();
      }

      @Override
      public long mostEvents() {
        return node.outboxes().mostEvents();
      }

      @Override
      public long resyncNotices() {
        return node.outboxes().resyncNotices();
      }
    };
  }

  /** Open gateways and their members. */
  public GatewayCounts gateways() {
    return node.gateways();
  }

  /** Whether the node is about to stop. */
  public boolean isDraining() {
    return node.drain().isDraining();
  }

  /** Gives the kernel's gauges to a consumer, now and then every interval, on the kernel's loop. */
  public void publishCounts(Duration interval, Consumer<KernelCounts> consumer) {
    node.kernel()
        .run(
            consumer,
            target -> {
              target.accept(node.coordinator().counts(node.kernel().nowNanos()));
              node.loops()
                  .kernel()
                  .schedule(() -> publishCounts(interval, target), interval.toNanos());
            });
  }

  /**
   * Stops taking new sessions and tells every stream. What is still open at the deadline is closed.
   *
   * @return completes when no stream with a session is open any more; repeated calls change nothing
   *     and complete at once
   */
  public CompletableFuture<Void> drain(Duration deadline) {
    CompletableFuture<Void> empty = new CompletableFuture<>();
    if (!node.drain().begin()) {
      empty.complete(null);
      return empty;
    }
    node.kernel().run(deadline, time -> startDrain(time, empty));
    return empty;
  }

  private void startDrain(Duration deadline, CompletableFuture<Void> empty) {
    node.streams().onEmpty(() -> empty.complete(null));
    if (node.streams().isEmpty()) {
      empty.complete(null);
    }
    node.gateways().drain();
    int millis = Math.toIntExact(deadline.toMillis());
    node.streams().snapshot().forEach(stream -> stream.send(stream.drainingNotice(millis)));
    node.loops()
        .kernel()
        .schedule(() -> node.kernel().run(this, Services::closeStreams), deadline.toNanos());
  }

  private void closeStreams() {
    for (SessionStream<?> stream : node.streams().snapshot()) {
      stream.breakOff(new Refusal.Draining());
    }
  }

  private ServerServiceDefinition deviceService() {
    var method = deviceSession();
    return define(
        DeviceServiceGrpc.getServiceDescriptor(),
        List.of(
            ServerMethodDefinition.create(
                method, (call, headers) -> new DeviceStream(node, notices, call))));
  }

  private MethodDescriptor<DeviceRequest, Envelope> deviceSession() {
    return streaming(
        DeviceServiceGrpc.getDeviceSessionMethod(),
        DeviceRequest.MARSHALLER,
        DeviceStream.TOO_LARGE);
  }

  private ServerServiceDefinition gatewayService() {
    var contract = DeviceGatewayServiceGrpc.getDeviceGatewayMethod();
    var method =
        contract.toBuilder(
                limited(contract.getRequestMarshaller(), GatewayStream.TOO_LARGE),
                GatewayEnvelope.MARSHALLER)
            .build();
    var member = deviceSession();
    return define(
        DeviceGatewayServiceGrpc.getServiceDescriptor(),
        List.of(
            ServerMethodDefinition.create(
                method,
                (call, headers) ->
                    new GatewayStream(
                        node,
                        call,
                        member,
                        memberCall -> new DeviceStream(node, notices, memberCall)))));
  }

  private ServerServiceDefinition invalidationService() {
    InvalidationCalls calls = new InvalidationCalls(node);
    var contract = InvalidationServiceGrpc.getHostSessionMethod();
    var session = streaming(contract, contract.getRequestMarshaller(), HostStream.TOO_LARGE);
    ServerCallHandler<BeginInvalidationRequest, BeginInvalidationResponse> begin =
        (call, headers) -> {
          Peer peer = Peers.of(call);
          Object connection = ConnectionNames.of(call);
          return ServerCalls.<BeginInvalidationRequest, BeginInvalidationResponse>asyncUnaryCall(
                  (request, observer) -> calls.begin(request, observer, peer, connection))
              .startCall(call, headers);
        };
    return define(
        InvalidationServiceGrpc.getServiceDescriptor(),
        List.of(
            unary(InvalidationServiceGrpc.getBeginInvalidationMethod(), begin),
            unary(
                InvalidationServiceGrpc.getEndInvalidationMethod(),
                ServerCalls.asyncUnaryCall(calls::end)),
            ServerMethodDefinition.create(session, (call, headers) -> new HostStream(node, call))));
  }

  private ServerServiceDefinition mirrorService() {
    MirrorCalls calls = new MirrorCalls(node);
    ServerCallHandler<ReadBeginRequest, ReadBeginResponse> readBegin =
        (call, headers) -> {
          Object connection = ConnectionNames.of(call);
          return ServerCalls.<ReadBeginRequest, ReadBeginResponse>asyncUnaryCall(
                  (request, observer) -> calls.readBegin(request, observer, connection))
              .startCall(call, headers);
        };
    return define(
        MirrorServiceGrpc.getServiceDescriptor(),
        List.of(
            unary(MirrorServiceGrpc.getReadBeginMethod(), readBegin),
            unary(
                MirrorServiceGrpc.getReadRetryMethod(),
                ServerCalls.asyncUnaryCall(calls::readRetry))));
  }

  /** The method with requests up to the limit and responses that are encoded already. */
  private <Q> MethodDescriptor<Q, Envelope> streaming(
      MethodDescriptor<?, ?> method, MethodDescriptor.Marshaller<Q> requests, Q tooLarge) {
    return method.toBuilder(limited(requests, tooLarge), Envelope.MARSHALLER).build();
  }

  private <Q> MethodDescriptor.Marshaller<Q> limited(
      MethodDescriptor.Marshaller<Q> requests, Q tooLarge) {
    return new LimitedMarshaller<>(requests, node.messageBytesMax(), tooLarge);
  }

  private <Q, R> ServerMethodDefinition<Q, R> unary(
      MethodDescriptor<Q, R> method, ServerCallHandler<Q, R> handler) {
    return LimitedCalls.limit(
        ServerMethodDefinition.create(method, handler), node.messageBytesMax());
  }

  /** A service of unary calls alone, with requests up to the limit. */
  private ServerServiceDefinition limited(ServerServiceDefinition service) {
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      methods.add(LimitedCalls.limit(method, node.messageBytesMax()));
    }
    return define(service.getServiceDescriptor(), methods);
  }

  /** A service as in the contract, but for the methods' marshallers; reflection still finds it. */
  private static ServerServiceDefinition define(
      ServiceDescriptor contract, List<ServerMethodDefinition<?, ?>> methods) {
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(contract.getName())
            .setSchemaDescriptor(contract.getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(definition::addMethod);
    return definition.build();
  }
}
