package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.MemberClosed;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.MemberRequest.End;
import io.svmcoord.v1.MemberResponse;
import io.svmcoord.v1.OpenDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Streams that are members of a gateway: numbers, groups, order, credit, ends. */
class GatewayChannelTest {
  private final RecordingGateway network = new RecordingGateway();
  private final StepEnvironment environment = new StepEnvironment();
  private final GatewayChannel channel = new GatewayChannel(network, environment);

  /** A stream as a session has it. */
  private final class Stream extends ClientCall.Listener<DeviceSessionResponse> {
    final ClientCall<DeviceSessionRequest, DeviceSessionResponse> call =
        channel.newCall(DeviceServiceGrpc.getDeviceSessionMethod(), CallOptions.DEFAULT);
    final List<DeviceSessionResponse> received = new ArrayList<>();
    @Nullable Status status;
    Metadata trailers = new Metadata();
    int ready;

    Stream start() {
      call.start(this, new Metadata());
      call.request(256);
      return this;
    }

    Stream open(String name) {
      start();
      call.sendMessage(opening(name));
      environment.runAll();
      return this;
    }

    /** How it was closed, which has happened. */
    Status closed() {
      return Objects.requireNonNull(status, "not closed");
    }

    @Override
    public void onMessage(DeviceSessionResponse message) {
      received.add(message);
    }

    @Override
    public void onReady() {
      ready++;
    }

    @Override
    public void onClose(Status how, Metadata with) {
      assertThat(status).as("closed once").isNull();
      status = how;
      trailers = with;
    }
  }

  private static DeviceSessionRequest opening(String name) {
    return DeviceSessionRequest.newBuilder()
        .addCommands(DeviceCommand.newBuilder().setOpen(OpenDevice.newBuilder().setName(name)))
        .build();
  }

  private static DeviceSessionRequest ack(long sequence) {
    return DeviceSessionRequest.newBuilder()
        .addAcks(Ack.newBuilder().setSequence(sequence))
        .build();
  }

  private static DeviceSessionRequest heartbeat(long number) {
    return DeviceSessionRequest.newBuilder()
        .setHeartbeat(Heartbeat.newBuilder().setNumber(number))
        .build();
  }

  private RecordingGateway.Call gateway() {
    return network.calls.getLast();
  }

  private static DeviceGatewayResponse tell(DeviceNotice.Builder notice, Integer... members) {
    return DeviceGatewayResponse.newBuilder()
        .addResponses(
            MemberResponse.newBuilder()
                .addAllMembers(List.of(members))
                .setResponse(DeviceSessionResponse.newBuilder().addNotices(notice)))
        .build();
  }

  private static DeviceNotice.Builder event() {
    return DeviceNotice.newBuilder().setInvalidate(Invalidate.getDefaultInstance());
  }

  private static DeviceNotice.Builder answer() {
    return DeviceNotice.newBuilder().setHeartbeat(HeartbeatAnswer.getDefaultInstance());
  }

  private static DeviceGatewayResponse close(Failure.Builder failure, int member) {
    return DeviceGatewayResponse.newBuilder()
        .addResponses(
            MemberResponse.newBuilder()
                .addMembers(member)
                .setClosed(MemberClosed.newBuilder().setFailure(failure)))
        .build();
  }

  @Test
  void members_areNumberedAsTheirFirstMessagesAreWritten() {
    Stream first = new Stream().start();
    Stream second = new Stream().open("second");
    first.call.sendMessage(opening("first"));
    environment.runAll();

    assertThat(network.calls).hasSize(1);
    List<MemberRequest> entries = gateway().entries();
    assertThat(entries)
        .extracting(entry -> List.copyOf(entry.getMembersList()))
        .containsExactly(List.of(1), List.of(2));
    assertThat(entries)
        .extracting(MemberRequest::getRequest)
        .containsExactly(opening("second"), opening("first"));
    assertThat(entries).extracting(MemberRequest::getCredit).containsOnly(256);
    assertThat(second.status).isNull();
  }

  @Test
  void acks_thatAreEqual_areOneEntryOfOneMessage() {
    List<Stream> streams = open(100);
    int before = gateway().sent.size();

    streams.reversed().forEach(stream -> stream.call.sendMessage(ack(7)));
    assertThat(gateway().sent).as("until a task writes").hasSize(before);
    environment.runAll();

    assertThat(gateway().sent).hasSize(before + 1);
    assertThat(gateway().sent.getLast().getRequestsList()).hasSize(1);
    MemberRequest entry = gateway().entries().getLast();
    assertThat(entry.getRequest()).isEqualTo(ack(7));
    assertThat(entry.getMembersList()).isEqualTo(IntStream.rangeClosed(1, 100).boxed().toList());
  }

  @Test
  void messages_ofOneMember_keepTheirOrderWhatIsShared() {
    List<Stream> streams = open(2);
    int before = gateway().entries().size();

    streams.get(0).call.sendMessage(ack(1));
    streams.get(1).call.sendMessage(ack(2));
    streams.get(1).call.sendMessage(ack(1));
    streams.get(0).call.sendMessage(ack(2));
    environment.runAll();

    List<MemberRequest> entries = gateway().entries();
    entries = entries.subList(before, entries.size());
    assertThat(entries)
        .extracting(entry -> entry.getRequest().getAcks(0).getSequence())
        .containsExactly(1L, 2L, 1L);
    assertThat(entries)
        .extracting(entry -> List.copyOf(entry.getMembersList()))
        .containsExactly(List.of(1), List.of(1, 2), List.of(2));
  }

  @Test
  void heartbeat_waitsForNoTaskAndTakesAlongWhatIsThere() {
    List<Stream> streams = open(2);
    int before = gateway().sent.size();

    streams.get(0).call.sendMessage(ack(1));
    streams.get(1).call.sendMessage(heartbeat(1));

    assertThat(gateway().sent).hasSize(before + 1);
    assertThat(gateway().sent.getLast().getRequestsList()).hasSize(2);
  }

  @Test
  void credit_isGrantedAgainWhenHalfIsUsedUp() {
    Stream stream = open(1).getFirst();
    int before = gateway().entries().size();
    for (int i = 0; i < 256; i++) {
      gateway().client().onMessage(tell(event(), 1));
      stream.call.request(1);
    }
    environment.runAll();

    List<MemberRequest> entries = gateway().entries();
    assertThat(stream.received).hasSize(256);
    assertThat(entries.subList(before, entries.size()))
        .extracting(MemberRequest::getCredit)
        .containsExactly(128, 128);
    assertThat(entries.getLast().hasRequest()).isFalse();
  }

  @Test
  void message_isBoundedAndTheRestFollows() {
    List<Stream> streams = open(10);
    int before = gateway().sent.size();
    for (int round = 0; round < 1000; round++) {
      for (Stream stream : streams) {
        stream.call.sendMessage(ack(1_000_000L + round));
      }
    }
    environment.runAll();

    assertThat(gateway().sent.subList(before, gateway().sent.size()))
        .hasSizeGreaterThan(1)
        .allMatch(message -> message.getSerializedSize() <= GatewayOutbox.MESSAGE_BYTES_MAX + 100);
    assertThat(
            gateway().entries().stream()
                .filter(entry -> entry.getRequest().getAcksCount() > 0)
                .mapToInt(MemberRequest::getMembersCount)
                .sum())
        .isEqualTo(10_000);
  }

  @Test
  void sender_findsNoRoom_isToldWhenThereIs() {
    List<Stream> streams = open(2);
    gateway().isReady = false;
    gateway().client().onReady();
    gateway().isReady = true;
    ClientCall<DeviceSessionRequest, DeviceSessionResponse> busy = streams.get(0).call;
    while (busy.isReady()) {
      busy.sendMessage(ack(1));
    }
    assertThat(streams.get(1).call.isReady()).isFalse();
    environment.runAll();

    assertThat(busy.isReady()).isTrue();
    assertThat(streams).extracting(stream -> stream.ready).containsExactly(1, 1);
  }

  @Test
  void sender_beforeTheConnection_isToldWhenItIsThere() {
    network.isReady = false;
    Stream stream = new Stream().start();
    assertThat(stream.call.isReady()).isFalse();

    gateway().isReady = true;
    gateway().client().onReady();

    assertThat(stream.ready).isEqualTo(1);
    assertThat(stream.call.isReady()).isTrue();
  }

  @Test
  void close_byTheCoordinator_isTheMembersAloneWithItsReason() {
    List<Stream> streams = open(2);

    gateway()
        .client()
        .onMessage(
            close(
                Failure.newBuilder()
                    .setCode(Status.Code.FAILED_PRECONDITION.value())
                    .setReason("SESSION_EVICTED")
                    .setMessage("evicted")
                    .putMetadata("cause", "why"),
                1));
    gateway().client().onMessage(tell(event(), 1, 2));

    Stream evicted = streams.get(0);
    assertThat(evicted.received).isEmpty();
    SvmException cause = Errors.of(evicted.closed(), evicted.trailers);
    assertThat(cause).isInstanceOf(SessionLostException.class);
    assertThat(cause.reason()).isEqualTo("SESSION_EVICTED");
    assertThat(cause.metadata()).containsEntry("cause", "why");
    assertThat(streams.get(1).received).hasSize(1);
    assertThat(streams.get(1).status).isNull();
    assertThat(new Stream().open("third").status).isNull();
    assertThat(network.calls).as("the gateway goes on").hasSize(1);
  }

  @Test
  void cancel_endsTheMemberAndNothingReachesItsListener() {
    List<Stream> streams = open(2);
    Stream cancelled = streams.get(0);

    cancelled.call.sendMessage(ack(1));
    cancelled.call.cancel("not wanted", null);
    assertThat(cancelled.status).as("not from within").isNull();
    gateway().client().onMessage(tell(event(), 1, 2));
    environment.runAll();

    assertThat(gateway().entries().getLast().getEnd()).isEqualTo(End.END_CANCELLED);
    assertThat(gateway().entries().getLast().getMembersList()).containsExactly(1);
    assertThat(cancelled.received).isEmpty();
    assertThat(cancelled.closed().getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(streams.get(1).received).hasSize(1);
  }

  @Test
  void cancel_beforeTheFirstMessage_neverReachesTheCoordinator() {
    Stream stream = new Stream().start();
    stream.call.sendMessage(opening("gone"));
    stream.call.cancel("not wanted", null);
    environment.runAll();

    assertThat(gateway().entries()).isEmpty();
    assertThat(new Stream().open("next").status).isNull();
    assertThat(gateway().entries().getFirst().getMembersList()).containsExactly(1);
  }

  @Test
  void gateway_breaks_eachMemberIsToldAndTheNextOneGetsAnother() {
    List<Stream> streams = open(3);

    gateway().client().onClose(Status.UNAVAILABLE.withDescription("gone"), new Metadata());

    assertThat(streams)
        .extracting(stream -> stream.closed().getCode())
        .containsOnly(Status.Code.UNAVAILABLE);
    assertThat(new Stream().open("again").status).isNull();
    assertThat(network.calls).hasSize(2);
    assertThat(gateway().entries().getFirst().getMembersList()).containsExactly(1);
  }

  @Test
  void enterIdle_whileTheGatewayAnswers_changesNothing() {
    Stream stream = open(1).getFirst();
    gateway().client().onMessage(tell(answer(), 1));
    environment.pass(Duration.ofSeconds(5).toNanos());

    channel.enterIdle();
    assertThat(network.idles).isZero();
    stream.call.sendMessage(heartbeat(1));
    environment.pass(Duration.ofMillis(150).toNanos());
    // Events show that something arrives from there, not that something arrives there.
    gateway().client().onMessage(tell(event(), 1));

    channel.enterIdle();
    assertThat(network.idles).isEqualTo(1);
    new Stream().open("elsewhere");
    assertThat(network.calls).hasSize(2);
    // The new one has had no time to answer.
    channel.enterIdle();
    assertThat(network.idles).isEqualTo(1);
    network.state = ConnectivityState.TRANSIENT_FAILURE;
    channel.enterIdle();
    assertThat(network.idles).isEqualTo(2);
    assertThat(stream.status).as("what runs stays where it is").isNull();
  }

  @Test
  void gateway_thatWasLeft_endsWithItsLastMember() {
    Stream stream = open(1).getFirst();
    RecordingGateway.Call old = gateway();
    environment.pass(Duration.ofSeconds(1).toNanos());
    channel.enterIdle();
    assertThat(old.ended).isNull();

    stream.call.cancel("superseded", null);
    environment.runAll();

    assertThat(old.entries().getLast().getEnd()).isEqualTo(End.END_CANCELLED);
    assertThat(old.ended).isEqualTo("half-closed");
  }

  @Test
  void coordinator_drainsOrIsFull_nextMembersGoElsewhere() {
    open(2);
    gateway()
        .client()
        .onMessage(
            close(
                Failure.newBuilder()
                    .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
                    .setReason("RESOURCE_EXHAUSTED")
                    .putMetadata("limit", "limits.members-per-gateway"),
                2));
    new Stream().open("third");
    assertThat(network.calls).hasSize(2);

    gateway()
        .client()
        .onMessage(
            close(
                Failure.newBuilder().setCode(Status.Code.UNAVAILABLE.value()).setReason("DRAINING"),
                1));
    new Stream().open("fourth");

    assertThat(network.calls).hasSize(3);
    assertThat(network.calls.get(1).ended).isEqualTo("half-closed");
    assertThat(network.calls.get(0).ended).as("has a member").isNull();
  }

  @Test
  void messages_ofManyThreads_areWrittenOnceEachMembersInOrder() throws InterruptedException {
    GatewayChannel shared = new GatewayChannel(network, ClientEnvironment.system());
    int count = 8;
    int messages = 2_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ClientCall<DeviceSessionRequest, DeviceSessionResponse> call =
          shared.newCall(DeviceServiceGrpc.getDeviceSessionMethod(), CallOptions.DEFAULT);
      call.start(new Stream(), new Metadata());
      call.request(256);
      call.sendMessage(opening("device-" + i));
      threads.add(Thread.ofPlatform().unstarted(() -> acksAndHeartbeats(call, messages)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    awaitWritten(count * messages);

    List<Long> all = LongStream.range(0, messages).boxed().toList();
    assertThat(acksByMember())
        .hasSize(count)
        .allSatisfy((member, acks) -> assertThat(acks).isEqualTo(all));
    assertThat(network.calls).hasSize(1);
  }

  /** The last ones are written by a task of the environment, which nobody waits for. */
  private void awaitWritten(int acks) throws InterruptedException {
    CountDownLatch written = gateway().awaitAcks(acks);
    assertThat(written.await(30, TimeUnit.SECONDS)).as("all are written").isTrue();
  }

  private static void acksAndHeartbeats(
      ClientCall<DeviceSessionRequest, DeviceSessionResponse> call, int messages) {
    for (int i = 0; i < messages; i++) {
      call.sendMessage(ack(i));
      if (i % 100 == 99) {
        call.sendMessage(heartbeat(i));
      }
    }
  }

  private Map<Integer, List<Long>> acksByMember() {
    Map<Integer, List<Long>> acks = new TreeMap<>();
    for (MemberRequest entry : gateway().entries()) {
      for (int member : entry.getMembersList()) {
        for (Ack each : entry.getRequest().getAcksList()) {
          acks.computeIfAbsent(member, _ -> new ArrayList<>()).add(each.getSequence());
        }
      }
    }
    return acks;
  }

  private List<Stream> open(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Stream().open("device-" + i)).toList();
  }
}
