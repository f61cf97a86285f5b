package io.svmcoord.server;

import static io.svmcoord.server.Messages.errorInfo;
import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import io.svmcoord.v1.DeleteAddressSpaceRequest;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DrainRequest;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.EvictSessionRequest;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.GetAddressSpaceRequest;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationId;
import io.svmcoord.v1.ListAddressSpacesRequest;
import io.svmcoord.v1.ListInvalidationsRequest;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.ListSubscriptionsRequest;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadRetryRequest;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.Token;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything a client can get wrong: the error says what, and the coordinator stays as it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final AddressRange FINE = pages(0, 1);

  private final TestServer server = TestServer.withLoops(2);
  private long space;
  private TestDevice device;
  private TestHost host;
  private TestHost otherHost;
  private InvalidationId othersInvalidation;

  /** One wrong call. */
  record Call(
      String name, Status.Code code, String reason, String value, Consumer<BadInputTest> call) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** One wrong command on a stream. */
  record Command<T>(String name, Status.Code code, String reason, String field, T command) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  void start() {
    space = server.space("taken");
    device = new TestDevice(server.channel(), "device", 60_000);
    device.subscribe(space, 7, pages(0, 4));
    host = new TestHost(server.channel(), "host", 60_000);
    otherHost = new TestHost(server.channel(), "other", 60_000);
    otherHost.begin(unmap(space, pages(100, 1)).build());
    othersInvalidation = otherHost.notices().next().getBegun().getId();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void call_wrong_saysWhatAndChangesNothing(Call wrong) {
    Snapshot before = Snapshot.of(server);

    StatusRuntimeException error =
        catchThrowableOfType(StatusRuntimeException.class, () -> wrong.call.accept(this));

    assertThat(error).as("the error").isNotNull();
    assertThat(error.getStatus().getCode()).isEqualTo(wrong.code);
    ErrorInfo info = errorInfo(error);
    assertThat(info.getDomain()).isEqualTo("svm-coordinator");
    assertThat(info.getReason()).isEqualTo(wrong.reason);
    assertThat(info.getMetadataMap()).containsEntry("field", wrong.value);
    assertThat(error.getStatus().getDescription()).matches("(?s).+: .* \\(expected: .+\\)");
    assertThat(Snapshot.of(server)).isEqualTo(before);
  }

  static List<Call> calls() {
    return List.of(
        notFound("get of nobody", "id", t -> t.get(request -> request.setId(999))),
        notFound("get of no name", "name", t -> t.get(request -> request.setName("nobody"))),
        invalid("get without id and name", "id", t -> t.get(request -> {})),
        invalid("get with id and name", "id", t -> t.get(r -> r.setId(1).setName("taken"))),
        new Call(
            "name taken",
            Status.Code.ALREADY_EXISTS,
            "ALREADY_EXISTS",
            "name",
            t -> t.create(request -> request.setName("taken"))),
        invalid("name empty", "name", t -> t.create(request -> {})),
        invalid("name with a blank", "name", t -> t.create(r -> r.setName("a b"))),
        invalid("name too long", "name", t -> t.create(r -> r.setName("x".repeat(129)))),
        invalid("page size odd", "page_size", t -> t.create(r -> r.setName("b").setPageSize(5000))),
        invalid("page size small", "page_size", t -> t.create(r -> r.setName("b").setPageSize(1))),
        invalid(
            "too many spaces asked for",
            "page_size",
            t ->
                t.server
                    .spaces()
                    .listAddressSpaces(
                        ListAddressSpacesRequest.newBuilder().setPageSize(1001).build())),
        notFound(
            "delete of nobody",
            "space_id",
            t ->
                t.server
                    .spaces()
                    .deleteAddressSpace(DeleteAddressSpaceRequest.newBuilder().setId(999).build())),
        notFound("begin in no space", "space_id", t -> t.begin(r -> r.setSpaceId(999))),
        invalid("begin without ranges", "ranges", t -> t.begin(r -> r.clearRanges())),
        invalid(
            "begin of 257 ranges",
            "ranges",
            t -> t.begin(r -> r.clearRanges().addAllRanges(Collections.nCopies(257, FINE)))),
        invalid(
            "first unaligned", "ranges[1].first", t -> t.begin(r -> r.addRanges(range(1, 8191)))),
        invalid("last unaligned", "ranges[1].last", t -> t.begin(r -> r.addRanges(range(0, 4096)))),
        invalid(
            "first above last",
            "ranges[1].last",
            t -> t.begin(r -> r.addRanges(range(8192, 4095)))),
        invalid(
            "event not set",
            "event",
            t -> t.begin(r -> r.setEvent(InvalidationEvent.INVALIDATION_EVENT_UNSPECIFIED))),
        invalid("event unknown", "event", t -> t.begin(r -> r.setEventValue(99))),
        invalid(
            "event RELEASE",
            "event",
            t -> t.begin(r -> r.setEvent(InvalidationEvent.INVALIDATION_EVENT_RELEASE))),
        invalid(
            "ack deadline",
            "ack_deadline_millis",
            t -> t.begin(r -> r.setAckDeadlineMillis(60_001))),
        invalid("hold short", "hold_millis", t -> t.begin(r -> r.setHoldMillis(499))),
        invalid("hold long", "hold_millis", t -> t.begin(r -> r.setHoldMillis(60_001))),
        invalid("request id long", "request_id", t -> t.begin(r -> r.setRequestId("x".repeat(65)))),
        invalid("key of 3 bytes", "session_key", t -> t.begin(r -> r.setSessionKey(bytes(3)))),
        notFound("key unknown", "session_key", t -> t.begin(r -> r.setSessionKey(bytes(16)))),
        notFound("owner unknown", "owner_key", t -> t.begin(r -> r.setOwnerKey(bytes(16)))),
        invalid("end without key", "session_key", t -> t.end(ByteString.EMPTY)),
        new Call(
            "end of another host's",
            Status.Code.PERMISSION_DENIED,
            "PERMISSION_DENIED",
            "id.sequence",
            t -> t.end(t.host.key())),
        notFound("read in no space", "space_id", t -> t.readBegin(999, FINE)),
        invalid("read unaligned", "ranges[0].first", t -> t.readBegin(t.space, range(1, 4095))),
        invalid(
            "token without incarnation",
            "token.incarnation",
            t ->
                t.server
                    .mirror()
                    .readRetry(
                        ReadRetryRequest.newBuilder()
                            .setToken(Token.newBuilder().setSpaceId(t.space))
                            .addRanges(FINE)
                            .build())),
        invalid(
            "too many sessions asked for",
            "page_size",
            t ->
                t.server
                    .introspection()
                    .listSessions(ListSessionsRequest.newBuilder().setPageSize(1001).build())),
        invalid(
            "too many subscriptions asked for",
            "limit",
            t -> t.subscriptions(r -> r.setSpaceId(t.space).setLimit(1001))),
        invalid(
            "subscriptions of no range",
            "range.last",
            t -> t.subscriptions(r -> r.setSpaceId(t.space).setRange(range(8192, 4095)))),
        notFound(
            "subscriptions of no space", "space_id", t -> t.subscriptions(r -> r.setSpaceId(999))),
        notFound(
            "invalidations of no space",
            "space_id",
            t ->
                t.server
                    .introspection()
                    .listInvalidations(
                        ListInvalidationsRequest.newBuilder().setSpaceId(999).build())),
        notFound(
            "eviction of nobody",
            "session_id",
            t ->
                t.server
                    .introspection()
                    .evictSession(EvictSessionRequest.newBuilder().setSessionId(999).build())),
        invalid(
            "drain deadline",
            "deadline_millis",
            t ->
                t.server
                    .introspection()
                    .drain(DrainRequest.newBuilder().setDeadlineMillis(600_001).build())));
  }

  @ParameterizedTest
  @MethodSource("deviceCommands")
  void deviceCommand_wrong_failsAloneAndChangesNothing(Command<UpdateSubscriptions.Builder> wrong) {
    Snapshot before = Snapshot.of(server);
    DeviceCommand.Builder command = DeviceCommand.newBuilder();
    UpdateSubscriptions.Builder update = wrong.command.clone();
    if (update.getSpaceId() == 0) {
      update.setSpaceId(space);
    }
    if (!wrong.field.equals("command")) {
      command.setUpdate(update);
    }

    long correlation = device.command(command);

    var failed = device.notices().next().getFailed();
    assertThat(failed.getCorrelationId()).isEqualTo(correlation);
    assertFailure(failed.getFailure(), wrong);
    assertThat(Snapshot.of(server)).isEqualTo(before);
  }

  static List<Command<UpdateSubscriptions.Builder>> deviceCommands() {
    UpdateSubscriptions.Builder update = UpdateSubscriptions.newBuilder();
    return List.of(
        wrong("nothing", "command", update),
        new Command<>(
            "no space",
            Status.Code.NOT_FOUND,
            "NOT_FOUND",
            "space_id",
            update.clone().setSpaceId(999).addAdd(subscription(1, FINE))),
        wrong(
            "second unaligned",
            "add[1].range.first",
            update.clone().addAdd(subscription(1, FINE)).addAdd(subscription(2, range(1, 4095)))),
        wrong(
            "reversed",
            "add[0].range.last",
            update.clone().addAdd(subscription(1, range(8192, 4095)))),
        wrong("id 0", "add[0].subscription_id", update.clone().addAdd(subscription(0, FINE))),
        wrong(
            "4097 adds",
            "add",
            update
                .clone()
                .addAllAdd(
                    LongStream.rangeClosed(100, 4196)
                        .mapToObj(id -> subscription(id, FINE))
                        .toList())),
        wrong(
            "4097 removes",
            "remove",
            update.clone().addAllRemove(LongStream.rangeClosed(100, 4196).boxed().toList())),
        new Command<>(
            "id taken",
            Status.Code.ALREADY_EXISTS,
            "ALREADY_EXISTS",
            "add[0].subscription_id",
            update.clone().addAdd(subscription(7, FINE))));
  }

  @ParameterizedTest
  @MethodSource("hostCommands")
  void hostCommand_wrong_failsAloneAndChangesNothing(Command<HostCommand.Builder> wrong) {
    Snapshot before = Snapshot.of(server);
    HostCommand.Builder command = wrong.command.clone();
    if (command.hasBegin()) {
      command.getBeginBuilder().setSpaceId(space);
    }
    if (command.hasEnd()) {
      command.getEndBuilder().setId(othersInvalidation);
    }

    long correlation = host.command(command);

    var answer = host.notices().next();
    assertThat(answer.getCorrelationId()).isEqualTo(correlation);
    assertFailure(answer.getFailed(), wrong);
    assertThat(Snapshot.of(server)).isEqualTo(before);
  }

  static List<Command<HostCommand.Builder>> hostCommands() {
    return List.of(
        wrong("nothing", "command", HostCommand.newBuilder()),
        wrong(
            "unaligned",
            "ranges[0].first",
            HostCommand.newBuilder().setBegin(unmap(0, range(1, 4095)))),
        wrong(
            "with a session key",
            "session_key",
            HostCommand.newBuilder().setBegin(unmap(0, FINE).setSessionKey(bytes(16)))),
        new Command<>(
            "end of another host's",
            Status.Code.PERMISSION_DENIED,
            "PERMISSION_DENIED",
            "id.sequence",
            HostCommand.newBuilder().setEnd(EndInvalidationRequest.getDefaultInstance())));
  }

  @ParameterizedTest
  @MethodSource("foreignAcks")
  void ack_notOwed_isIgnored(Ack.Builder ack) {
    Snapshot before = Snapshot.of(server);

    device.send(DeviceSessionRequest.newBuilder().addAcks(ack.clone().setSpaceId(space)).build());
    device.heartbeat(1);

    assertThat(device.notices().isEmpty()).isTrue();
    assertThat(Snapshot.of(server)).isEqualTo(before);
  }

  static List<Ack.Builder> foreignAcks() {
    return List.of(
        Ack.newBuilder().setEpoch(1).setSequence(1),
        Ack.newBuilder().setEpoch(1).setSequence(999),
        Ack.newBuilder().setEpoch(2).setSequence(1),
        Ack.newBuilder().setEpoch(1).setSequence(-1).setAllUpTo(true));
  }

  private static void assertFailure(Failure failure, Command<?> wrong) {
    assertThat(failure.getCode()).isEqualTo(wrong.code.value());
    assertThat(failure.getReason()).isEqualTo(wrong.reason);
    assertThat(failure.getMetadataMap()).containsEntry("field", wrong.field);
    assertThat(failure.getMessage()).matches("(?s).+: .* \\(expected: .+\\)");
  }

  private static Call invalid(String name, String field, Consumer<BadInputTest> call) {
    return new Call(name, Status.Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", field, call);
  }

  private static Call notFound(String name, String field, Consumer<BadInputTest> call) {
    return new Call(name, Status.Code.NOT_FOUND, "NOT_FOUND", field, call);
  }

  private static <T> Command<T> wrong(String name, String field, T command) {
    return new Command<>(name, Status.Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", field, command);
  }

  private static AddressRange range(long first, long last) {
    return AddressRange.newBuilder().setFirst(first).setLast(last).build();
  }

  private static Subscription subscription(long id, AddressRange range) {
    return Subscription.newBuilder().setSubscriptionId(id).setRange(range).build();
  }

  private static ByteString bytes(int count) {
    return ByteString.copyFrom(new byte[count]);
  }

  private void get(Consumer<GetAddressSpaceRequest.Builder> change) {
    GetAddressSpaceRequest.Builder request = GetAddressSpaceRequest.newBuilder();
    change.accept(request);
    server.spaces().getAddressSpace(request.build());
  }

  private void create(Consumer<CreateAddressSpaceRequest.Builder> change) {
    CreateAddressSpaceRequest.Builder request = CreateAddressSpaceRequest.newBuilder();
    change.accept(request);
    server.spaces().createAddressSpace(request.build());
  }

  private void begin(Consumer<BeginInvalidationRequest.Builder> change) {
    BeginInvalidationRequest.Builder request = unmap(space, FINE);
    change.accept(request);
    server.invalidations().beginInvalidation(request.build());
  }

  private void end(ByteString key) {
    server
        .invalidations()
        .endInvalidation(
            EndInvalidationRequest.newBuilder()
                .setId(othersInvalidation)
                .setSessionKey(key)
                .build());
  }

  private void readBegin(long spaceId, AddressRange range) {
    server
        .mirror()
        .readBegin(ReadBeginRequest.newBuilder().setSpaceId(spaceId).addRanges(range).build());
  }

  private void subscriptions(Consumer<ListSubscriptionsRequest.Builder> change) {
    ListSubscriptionsRequest.Builder request = ListSubscriptionsRequest.newBuilder();
    change.accept(request);
    server.introspection().listSubscriptions(request.build());
  }
}
