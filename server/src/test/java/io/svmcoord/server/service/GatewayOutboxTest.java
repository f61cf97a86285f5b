package io.svmcoord.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.MemberClosed;
import io.svmcoord.v1.MemberResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What members are told in one turn: grouped, in order, in bounded messages. */
class GatewayOutboxTest {
  private final FakeLoop loop = new FakeLoop();
  private final FakeGatewayCall call = new FakeGatewayCall();
  private final GatewayOutbox outbox = new GatewayOutbox(call, new LoopOutbox(loop));
  private final Map<Integer, Long> lastEntries = new HashMap<>();

  private static Envelope answer(long number) {
    return DeviceNotices.heartbeat(number, 1_000_000).alone();
  }

  private void tell(int member, Envelope envelope) {
    lastEntries.put(member, outbox.add(member, lastEntries.getOrDefault(member, 0L), envelope));
  }

  private static long number(MemberResponse entry) {
    return entry.getResponse().getNotices(0).getHeartbeat().getNumber();
  }

  @Test
  void envelope_ofManyMembers_isOneEntryOfOneMessage() {
    Envelope event = answer(1);
    for (int member = 1; member <= 5000; member++) {
      tell(member, event);
    }
    assertThat(call.messages()).as("within the turn").isEmpty();
    loop.runAll();

    assertThat(call.messages()).hasSize(1);
    assertThat(call.entries())
        .singleElement()
        .satisfies(entry -> assertThat(number(entry)).isOne());
    assertThat(call.entries().getFirst().getMembersList())
        .isEqualTo(IntStream.rangeClosed(1, 5000).boxed().toList());
  }

  @Test
  void envelope_afterOneOfAMembersOwn_isSharedAsFarAsOrderAllows() {
    Envelope event = answer(100);
    tell(1, event);
    tell(2, answer(2));
    tell(2, event);
    tell(1, answer(1));
    tell(3, event);
    tell(1, event);
    loop.runAll();

    assertThat(call.entries())
        .extracting(GatewayOutboxTest::number)
        .containsExactly(100L, 2L, 100L, 1L, 100L);
    assertThat(call.entries())
        .extracting(entry -> List.copyOf(entry.getMembersList()))
        .containsExactly(List.of(1), List.of(2), List.of(2, 3), List.of(1), List.of(1));
  }

  @Test
  void envelopes_ofTheSameNotices_areOneEntry() {
    Chunk one = DeviceNotices.heartbeat(1, 1_000_000);
    Chunk two = DeviceNotices.heartbeat(2, 1_000_000);
    int size = one.sizeBytes() + two.sizeBytes();
    tell(1, new Envelope(new Chunk[] {one, two}, size));
    tell(2, new Envelope(new Chunk[] {one, two}, size));
    tell(3, new Envelope(new Chunk[] {two, one}, size));
    tell(4, one.alone());
    loop.runAll();

    assertThat(call.entries())
        .extracting(entry -> List.copyOf(entry.getMembersList()))
        .containsExactly(List.of(1, 2), List.of(3), List.of(4));
  }

  @Test
  void responses_thatFillAMessage_leaveWithinTheTurn() {
    // Several bytes of a message each; all are of one size.
    int count = 3 * GatewayOutbox.MESSAGE_BYTES_MAX / 30;
    for (int i = 0; i < count; i++) {
      tell(1 + i % 7, answer(1_000_000L + i));
    }
    assertThat(call.messages()).hasSizeGreaterThanOrEqualTo(1);
    loop.runAll();

    assertThat(call.messages())
        .allMatch(message -> message.getSerializedSize() <= GatewayOutbox.MESSAGE_BYTES_MAX);
    assertThat(call.entries()).hasSize(count);
  }

  @Test
  void ends_whileTheTransportTakesNothing_waitAndAreCounted() {
    call.readyFor(0);
    for (int member = 1; member <= 10; member++) {
      outbox.end(member, MemberClosed.getDefaultInstance());
    }
    loop.runAll();
    assertThat(call.messages()).isEmpty();
    assertThat(outbox.waitingEnds()).isEqualTo(10);

    call.readyFor(1);
    outbox.flush();

    assertThat(call.entries()).hasSize(10).allMatch(MemberResponse::hasClosed);
    assertThat(outbox.waitingEnds()).isZero();
  }

  @Test
  void close_comesAfterWhatWaits() {
    tell(1, answer(1));
    outbox.end(
        1, MemberClosed.newBuilder().setFailure(Failure.newBuilder().setReason("R")).build());
    outbox.close(new Outgoing.Close(Status.OK, new Metadata()));
    loop.runAll();
    tell(2, answer(2));
    loop.runAll();

    assertThat(call.entries()).hasSize(2);
    assertThat(call.entries().getLast().getClosed().getFailure().getReason()).isEqualTo("R");
    assertThat(call.status()).isEqualTo(Status.OK);
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  /** Each member reads what it was told, in its order, whatever is shared. */
  @ParameterizedTest
  @MethodSource("seeds")
  void random_sharedAndOwn_eachMemberInOrder(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int members = 1 + random.nextInt(20);
    List<Envelope> shared = LongStream.range(0, 4).mapToObj(GatewayOutboxTest::answer).toList();
    Map<Integer, List<Long>> told = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      int member = 1 + random.nextInt(members);
      long number = random.nextInt(3) == 0 ? 10 + i : random.nextInt(shared.size());
      tell(member, number < shared.size() ? shared.get((int) number) : answer(number));
      told.computeIfAbsent(member, _ -> new ArrayList<>()).add(number);
      if (random.nextInt(30) == 0) {
        loop.runAll();
      }
    }
    loop.runAll();

    Map<Integer, List<Long>> read = new HashMap<>();
    for (MemberResponse entry : call.entries()) {
      assertThat(entry.getMembersList()).doesNotHaveDuplicates();
      for (int member : entry.getMembersList()) {
        for (DeviceNotice notice : entry.getResponse().getNoticesList()) {
          read.computeIfAbsent(member, _ -> new ArrayList<>())
              .add(notice.getHeartbeat().getNumber());
        }
      }
    }
    assertThat(read).isEqualTo(told);
  }
}
