package io.svmcoord.server;

import static io.svmcoord.server.Messages.errorInfo;
import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.GetAddressSpaceRequest;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.MirrorServiceGrpc;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadBeginResponse;
import io.svmcoord.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that go to a limit and past it: told which one, and nothing is lost for others. */
class LimitsTest {
  private static final int TTL_MILLIS = 60_000;
  private static final int MAX = 4;
  private static final String MESSAGE_KEY = "limits.inbound-message-bytes";
  private static final int MESSAGE_MAX = 64 << 10;

  private static TestServer server(int loops, String key, int max) {
    return new TestServer(TestServer.config(loops).with(key, Integer.toString(max)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begins_moreThanMayWait_areRefusedAndTheOthersGoOn(int loops) {
    try (TestServer server = server(loops, "limits.waiting-begins-per-session", MAX)) {
      long space = server.space("a");
      TestDevice device = new TestDevice(server.channel(), "device", TTL_MILLIS);
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = new TestHost(server.channel(), "host", TTL_MILLIS);
      TestHost other = new TestHost(server.channel(), "other", TTL_MILLIS);

      for (int i = 0; i <= MAX; i++) {
        host.begin(unmap(space, pages(0, 1)).setAckDeadlineMillis(TTL_MILLIS).build());
      }

      assertLimit(host.notices().next().getFailed(), "limits.waiting-begins-per-session");
      List<Invalidate> events = new ArrayList<>();
      for (int i = 0; i < MAX; i++) {
        events.add(device.nextInvalidate());
      }
      other.begin(unmap(space, pages(0, 1)).setAckDeadlineMillis(TTL_MILLIS).build());
      device.ack(device.nextInvalidate());
      assertThat(other.notices().next().hasBegun()).isTrue();
      events.forEach(device::ack);
      for (int i = 0; i < MAX; i++) {
        assertThat(host.notices().next().hasBegun()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begins_moreThanOneSessionMayHold_areRefusedUntilOneEnds(int loops) {
    try (TestServer server = server(loops, "limits.running-invalidations-per-session", MAX)) {
      long first = server.space("a");
      long second = server.space("b");
      TestHost host = new TestHost(server.channel(), "host", TTL_MILLIS);
      TestHost other = new TestHost(server.channel(), "other", TTL_MILLIS);
      List<HostNotice> begun = new ArrayList<>();
      for (int i = 0; i < MAX; i++) {
        host.begin(unmap(i % 2 == 0 ? first : second, pages(i, 1)).build());
        begun.add(host.notices().next());
      }

      host.begin(unmap(first, pages(9, 1)).build());

      assertLimit(host.notices().next().getFailed(), "limits.running-invalidations-per-session");
      other.begin(unmap(first, pages(9, 1)).build());
      assertThat(other.notices().next().hasBegun()).isTrue();
      host.end(begun.getFirst().getBegun().getId());
      host.begin(unmap(first, pages(9, 1)).build());
      assertThat(host.notices().next().hasBegun()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void readers_moreThanMayWaitOnOneConnection_areRefusedAndOthersWait(int loops) throws Exception {
    try (TestServer server = server(loops, "limits.waiting-calls-per-connection", MAX)) {
      long space = server.space("a");
      TestHost host = new TestHost(server.channel(), "host", TTL_MILLIS);
      host.begin(unmap(space, pages(0, 1)).build());
      var id = host.notices().next().getBegun().getId();
      ManagedChannel flood = server.channel();
      List<ListenableFuture<ReadBeginResponse>> readers = new ArrayList<>();
      for (int i = 0; i < MAX; i++) {
        readers.add(read(flood, space));
      }
      awaitReaders(server, space, MAX);

      assertLimit(refused(read(flood, space)), "limits.waiting-calls-per-connection");
      ListenableFuture<ReadBeginResponse> other = read(server.channel(), space);
      awaitReaders(server, space, MAX + 1);
      // One that gives up makes room, and so does one that is answered.
      assertThat(readers.getFirst().cancel(true)).isTrue();
      awaitReaders(server, space, MAX);
      readers.set(0, read(flood, space));
      awaitReaders(server, space, MAX + 1);
      host.end(id);

      assertThat(other).succeedsWithin(TestServer.PATIENCE);
      for (ListenableFuture<ReadBeginResponse> reader : readers) {
        assertThat(reader).succeedsWithin(TestServer.PATIENCE);
      }
      assertThat(read(flood, space)).succeedsWithin(TestServer.PATIENCE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void unaryBegins_moreThanMayWaitOnOneConnection_areRefused(int loops) throws Exception {
    try (TestServer server = server(loops, "limits.waiting-calls-per-connection", MAX)) {
      long space = server.space("a");
      TestDevice device = new TestDevice(server.channel(), "device", TTL_MILLIS);
      device.subscribe(space, 1, pages(0, 1));
      ManagedChannel flood = server.channel();
      List<ListenableFuture<BeginInvalidationResponse>> begins = new ArrayList<>();
      List<Invalidate> events = new ArrayList<>();
      for (int i = 0; i < MAX; i++) {
        begins.add(begin(flood, space));
        events.add(device.nextInvalidate());
      }

      assertLimit(refused(begin(flood, space)), "limits.waiting-calls-per-connection");
      ListenableFuture<BeginInvalidationResponse> other = begin(server.channel(), space);
      device.ack(device.nextInvalidate());
      assertThat(other).succeedsWithin(TestServer.PATIENCE);
      events.forEach(device::ack);

      for (ListenableFuture<BeginInvalidationResponse> begin : begins) {
        assertThat(begin).succeedsWithin(TestServer.PATIENCE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void message_largerThanAllowed_endsItsStreamAloneAndNamesTheLimit(int loops) {
    try (TestServer server = server(loops, MESSAGE_KEY, MESSAGE_MAX)) {
      ManagedChannel channel = server.channel();
      TestDevice hostile = new TestDevice(channel, "hostile", TTL_MILLIS);
      TestHost host = new TestHost(channel, "host", TTL_MILLIS);
      TestDevice other = new TestDevice(channel, "other", TTL_MILLIS);

      hostile.send(message(MESSAGE_MAX / 2));
      assertThat(hostile.heartbeat(1).getNumber()).as("after half the limit").isEqualTo(1);
      hostile.send(message(MESSAGE_MAX));
      host.begin(unmap(1, pages(0, 1)).setRequestId("x".repeat(MESSAGE_MAX)).build());

      assertTooLarge(errorInfo(hostile.notices().error()));
      assertTooLarge(errorInfo(host.notices().error()));
      assertThat(other.heartbeat(1).getNumber()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void message_farLargerThanAllowed_cancelsItsStreamAlone(int loops) {
    try (TestServer server = server(loops, MESSAGE_KEY, MESSAGE_MAX)) {
      ManagedChannel channel = server.channel();
      TestDevice hostile = new TestDevice(channel, "hostile", TTL_MILLIS);
      TestDevice other = new TestDevice(channel, "other", TTL_MILLIS);

      hostile.send(message(4 * MESSAGE_MAX));

      assertThat(hostile.notices().error().getStatus().getCode()).isEqualTo(Status.Code.CANCELLED);
      assertThat(other.heartbeat(1).getNumber()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip"})
  void unaryRequest_largerThanAllowed_isRefusedByTheNameOfTheLimit(String compression) {
    try (TestServer server = server(1, MESSAGE_KEY, MESSAGE_MAX)) {
      String name = "x".repeat(MESSAGE_MAX);
      var spaces = server.spaces().withCompression(compression);
      var create = CreateAddressSpaceRequest.newBuilder().setName(name).build();
      var begin = unmap(1, pages(0, 1)).setRequestId(name).build();

      assertTooLarge(refusedCall(() -> spaces.createAddressSpace(create)));
      assertTooLarge(
          refusedCall(
              () -> server.invalidations().withCompression(compression).beginInvalidation(begin)));

      assertThat(server.space("another")).as("a space made after that").isPositive();
    }
  }

  private static ErrorInfo refusedCall(ThrowingCallable call) {
    return errorInfo(catchThrowableOfType(StatusRuntimeException.class, call));
  }

  private static void assertTooLarge(ErrorInfo error) {
    assertThat(error.getReason()).isEqualTo("RESOURCE_EXHAUSTED");
    assertThat(error.getMetadataMap())
        .containsEntry("limit", MESSAGE_KEY)
        .containsEntry("max", Integer.toString(MESSAGE_MAX));
  }

  private static DeviceSessionRequest message(int bytes) {
    return DeviceSessionRequest.newBuilder()
        .addRefusals(Refusal.newBuilder().setMessage("x".repeat(bytes)))
        .build();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void calls_resetFasterThanAllowed_costTheirConnectionAlone(int loops) {
    int max = 20;
    try (TestServer server = server(loops, "limits.resets-per-connection", max)) {
      long space = server.space("a");
      TestHost host = new TestHost(server.channel(), "host", TTL_MILLIS);
      host.begin(unmap(space, pages(0, 1)).build());
      assertThat(host.notices().next().hasBegun()).isTrue();
      ManagedChannel flood = server.channel();
      TestDevice hostile = new TestDevice(flood, "hostile", TTL_MILLIS);
      TestDevice other = new TestDevice(server.channel(), "other", TTL_MILLIS);
      List<ListenableFuture<ReadBeginResponse>> readers = new ArrayList<>();
      for (int i = 0; i <= max; i++) {
        readers.add(read(flood, space));
      }
      awaitReaders(server, space, max + 1);
      assertThat(hostile.heartbeat(1).getNumber()).as("before the flood").isEqualTo(1);

      readers.forEach(reader -> assertThat(reader.cancel(true)).isTrue());

      assertThat(hostile.notices().error().getStatus().toString()).contains("ENHANCE_YOUR_CALM");
      awaitReaders(server, space, 0);
      assertThat(other.heartbeat(1).getNumber()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void calls_moreThanOneConnectionMayHave_waitAtTheClient(int loops) throws Exception {
    try (TestServer server = server(loops, "limits.calls-per-connection", MAX)) {
      long space = server.space("a");
      TestHost host = new TestHost(server.channel(), "host", TTL_MILLIS);
      host.begin(unmap(space, pages(0, 1)).build());
      var id = host.notices().next().getBegun().getId();
      ManagedChannel channel = server.channel();
      // The limit arrives with the connection's settings, which the first call waits for.
      TestDevice device = new TestDevice(channel, "device", TTL_MILLIS);
      List<ListenableFuture<ReadBeginResponse>> readers = new ArrayList<>();
      for (int i = 0; i < 2 * MAX; i++) {
        readers.add(read(channel, space));
      }
      awaitReaders(server, space, MAX - 1);
      assertThat(device.heartbeat(1).getNumber()).isEqualTo(1);

      assertThat(waitingReaders(server, space)).isEqualTo(MAX - 1);
      host.end(id);
      for (ListenableFuture<ReadBeginResponse> reader : readers) {
        assertThat(reader).succeedsWithin(TestServer.PATIENCE);
      }
    }
  }

  private static ListenableFuture<ReadBeginResponse> read(ManagedChannel channel, long space) {
    return MirrorServiceGrpc.newFutureStub(channel)
        .readBegin(ReadBeginRequest.newBuilder().setSpaceId(space).addRanges(pages(0, 1)).build());
  }

  private static ListenableFuture<BeginInvalidationResponse> begin(
      ManagedChannel channel, long space) {
    return InvalidationServiceGrpc.newFutureStub(channel)
        .beginInvalidation(
            unmap(space, pages(0, 1))
                .setAckDeadlineMillis(TTL_MILLIS)
                .setHoldMillis(TTL_MILLIS)
                .build());
  }

  private static int waitingReaders(TestServer server, long space) {
    return server
        .spaces()
        .getAddressSpace(GetAddressSpaceRequest.newBuilder().setId(space).build())
        .getAddressSpace()
        .getWaitingReaders();
  }

  private static void awaitReaders(TestServer server, long space, int count) {
    await().atMost(TestServer.PATIENCE).until(() -> waitingReaders(server, space) == count);
  }

  private static ErrorInfo refused(ListenableFuture<?> call) throws InterruptedException {
    try {
      throw new AssertionError("not refused: " + call.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StatusRuntimeException error) {
        return errorInfo(error);
      }
      throw new AssertionError(e);
    }
  }

  private static void assertLimit(ErrorInfo error, String key) {
    assertLimit(error.getReason(), error.getMetadataMap(), key);
  }

  private static void assertLimit(Failure failure, String key) {
    assertLimit(failure.getReason(), failure.getMetadataMap(), key);
  }

  private static void assertLimit(String reason, Map<String, String> metadata, String key) {
    assertThat(reason).isEqualTo("RESOURCE_EXHAUSTED");
    assertThat(metadata)
        .containsEntry("limit", key)
        .containsEntry("max", Integer.toString(MAX))
        .containsKey("retry_after_nanos");
    assertThat(ServerConfig.defaults().values()).as("keys").containsKey(key);
  }
}
