package io.svmcoord.server;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.AddressSpaceServiceGrpc.AddressSpaceServiceBlockingStub;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import io.svmcoord.v1.IntrospectionServiceGrpc;
import io.svmcoord.v1.IntrospectionServiceGrpc.IntrospectionServiceBlockingStub;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.InvalidationServiceGrpc.InvalidationServiceBlockingStub;
import io.svmcoord.v1.MirrorServiceGrpc;
import io.svmcoord.v1.MirrorServiceGrpc.MirrorServiceBlockingStub;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on loopback with clients that speak the bare contract, each on its own connection. */
final class TestServer implements AutoCloseable {
  /** How long anything that has to happen may take on a busy machine. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SvmServer server;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final ManagedChannel calls;

  TestServer(ServerConfig config) {
    server = SvmServer.start(config);
    calls = channel();
  }

  static TestServer withLoops(int eventLoops) {
    return new TestServer(config(eventLoops));
  }

  static ServerConfig config(int eventLoops) {
    return ServerConfig.defaults()
        .with("listen", "127.0.0.1:0")
        .with("admin", "127.0.0.1:0")
        .with("event-loops", Integer.toString(eventLoops));
  }

  SvmServer server() {
    return server;
  }

  /** A new connection. */
  ManagedChannel channel() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  TestDevice device(String name) {
    return new TestDevice(channel(), name, 0);
  }

  TestHost host(String name) {
    return new TestHost(channel(), name, 0);
  }

  AddressSpaceServiceBlockingStub spaces() {
    return AddressSpaceServiceGrpc.newBlockingStub(calls)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  InvalidationServiceBlockingStub invalidations() {
    return InvalidationServiceGrpc.newBlockingStub(calls)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  MirrorServiceBlockingStub mirror() {
    return MirrorServiceGrpc.newBlockingStub(calls)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  IntrospectionServiceBlockingStub introspection() {
    return IntrospectionServiceGrpc.newBlockingStub(calls)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  ManagedChannel callsChannel() {
    return calls;
  }

  /** A new space's id. */
  long space(String name) {
    return spaces()
        .createAddressSpace(CreateAddressSpaceRequest.newBuilder().setName(name).build())
        .getAddressSpace()
        .getId();
  }

  HttpResponse<String> admin(String method, String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .timeout(PATIENCE)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  /** The value of a series, as it is scraped. */
  double metric(String series) throws IOException, InterruptedException {
    Matcher line =
        Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$")
            .matcher(admin("/metrics").body());
    if (!line.find()) {
      throw new AssertionError("no such series: " + series);
    }
    return Double.parseDouble(line.group(1));
  }

  HttpResponse<String> admin(String path) throws IOException, InterruptedException {
    return admin("GET", path);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
  }
}
