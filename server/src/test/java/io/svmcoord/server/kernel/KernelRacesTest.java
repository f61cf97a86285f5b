package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The races of the kernel's catalogue that the coordinator decides, each in the order of events
 * that makes it. R1-R4, R9 and R16 are decided where the pages are mapped, on the device.
 */
final class KernelRacesTest {
  private static final long MILLI = 1_000_000;
  private static final long TTL = 1000 * MILLI;
  private static final long SPACE = 1;
  private static final int[] LOW = {0, 3};
  private static final int[] HIGH = {8, 11};

  private final RealSubject kernel = new RealSubject(KernelConfig.DEFAULTS, KernelObserver.NONE);
  private long now = 1;
  private long host;
  private long device;

  @BeforeEach
  void open() {
    kernel.createSpace(now, "space");
    host = id(kernel.openHost(now, TTL, 0));
    device = id(kernel.openDevice(now, TTL, 0));
  }

  private static long id(String answer) {
    return Long.parseLong(answer.substring("ok ".length()));
  }

  private SortedMap<String, List<String>> told() {
    return kernel.takeOutputs();
  }

  private void subscribe(long session, int id, int[] run) {
    kernel.update(now, 0, session, SPACE, List.of(), List.of(new int[] {id, run[0], run[1]}));
  }

  private void begin(int tag, int[]... runs) {
    begin(tag, InvalidationEvent.CLEAR, false, 0, runs);
  }

  private void begin(
      int tag, InvalidationEvent event, boolean isNonBlockable, long owner, int[]... runs) {
    kernel.begin(
        now,
        tag,
        new Subject.Begin(
            SPACE, List.of(runs), event, isNonBlockable, 100 * MILLI, owner, host, 0));
  }

  private String ack(long session, long sequence) {
    return kernel.ack(now, session, SPACE, 1, sequence, false);
  }

  private String end(long sequence) {
    return kernel.end(now, host, SPACE, sequence);
  }

  private void read(int tag, int[]... runs) {
    kernel.readBegin(now, tag, SPACE, List.of(runs), 0);
  }

  private String retry(long sequence, int[]... runs) {
    return kernel.retry(now, SPACE, sequence, List.of(runs), 0);
  }

  @Test
  void r5_firstOfTwoOverlappingEnds_readerWaitsForTheSecond() {
    begin(1, LOW);
    begin(2, LOW);
    told();
    read(3, LOW);
    end(1);
    assertThat(told()).doesNotContainKey("read3");
    end(2);
    assertThat(told()).containsEntry("read3", List.of("ready 2"));
  }

  @Test
  void r5_overlappingBeginsWhileReaderWaits_readerWaitsForItToo() {
    begin(1, LOW);
    read(3, LOW);
    begin(2, LOW);
    end(1);
    assertThat(told()).doesNotContainKey("read3");
    end(2);
    assertThat(told()).containsEntry("read3", List.of("ready 2"));
  }

  @Test
  void r6_subscribeWhileNonMatchingRuns_listedAndItsEndTold() {
    begin(1, LOW);
    told();
    subscribe(device, 5, new int[] {2, 6});
    assertThat(told()).containsEntry("update0", List.of("updated 1 v1 [1]"));
    assertThat(ack(device, 1)).isEqualTo("NOT_OWED");
    end(1);
    assertThat(told()).containsEntry("session" + device, List.of("ended 1#1 false0"));
  }

  @Test
  void r7_subscribeWhileAnotherSessionIsWaitedFor_nextBeginReachesIt() {
    long other = id(kernel.openDevice(now, TTL, 0));
    subscribe(other, 1, LOW);
    begin(1, LOW);
    subscribe(device, 1, LOW);
    told();
    begin(2, LOW);
    assertThat(told())
        .containsEntry("session" + device, List.of("invalidate 1#2"))
        .containsEntry("session" + other, List.of("invalidate 1#2"));
    // The first needs no ack of the newcomer, the second does.
    ack(other, 1);
    assertThat(told()).containsKey("begin1");
    ack(other, 2);
    assertThat(told()).doesNotContainKey("begin2");
    ack(device, 2);
    assertThat(told()).containsKey("begin2");
  }

  @Test
  void r8_hitAfterTokenAndOverBeforeCheck_retry() {
    read(1, LOW);
    begin(2, LOW);
    end(1);
    assertThat(told()).containsEntry("read1", List.of("ready 0"));
    assertThat(retry(0, LOW)).isEqualTo("INVALIDATED");
    assertThat(retry(0, HIGH)).isEqualTo("VALID");
    assertThat(retry(1, LOW)).isEqualTo("VALID");
  }

  @Test
  void r10_twoReadersOfOneToken_bothRetryHoweverOftenAsked() {
    begin(1, LOW);
    end(1);
    for (int i = 0; i < 3; i++) {
      assertThat(retry(0, LOW)).isEqualTo("INVALIDATED");
    }
  }

  @Test
  void r11_unsubscribeWhileOwing_countsAsAckAndNoEventFollows() {
    subscribe(device, 1, LOW);
    begin(1, LOW);
    told();
    kernel.update(now, 9, device, SPACE, List.of(1L), List.of());
    assertThat(told())
        .containsEntry(
            "begin1", List.of("begun 1 notified=1 notAcked={%d=LEFT} slowest=0".formatted(device)))
        .containsEntry("update9", List.of("updated 1 v2 []"));
    assertThat(ack(device, 1)).isEqualTo("NOT_OWED");
    begin(2, LOW);
    assertThat(told()).containsOnlyKeys("begin2");
  }

  @Test
  void r11_unsubscribeWhileAnotherOwnSubscriptionIsHit_stillOwed() {
    subscribe(device, 1, LOW);
    subscribe(device, 2, new int[] {3, 9});
    begin(1, LOW);
    told();
    kernel.update(now, 9, device, SPACE, List.of(1L), List.of());
    assertThat(told()).doesNotContainKey("begin1");
    assertThat(ack(device, 1)).isEqualTo("acked 1");
  }

  @Test
  void r12_unsubscribeAfterEnd_nothingIsLeft() {
    subscribe(device, 1, LOW);
    begin(1, LOW);
    ack(device, 1);
    end(1);
    kernel.update(now, 9, device, SPACE, List.of(1L), List.of());
    assertThat(kernel.state(now)).contains("subs=0 running=0");
  }

  @Test
  void r13_subscribeAndUnsubscribeWithinOneInvalidation_noEventAfterwards() {
    long other = id(kernel.openDevice(now, TTL, 0));
    subscribe(other, 1, LOW);
    begin(1, LOW);
    subscribe(device, 1, LOW);
    kernel.update(now, 9, device, SPACE, List.of(1L), List.of());
    kernel.update(now, 9, other, SPACE, List.of(1L), List.of());
    end(1);
    told();
    begin(2, LOW);
    assertThat(told()).containsOnlyKeys("begin2");
  }

  @Test
  void r14_oneAcksOneRefuses_undoneAndWhoeverWasToldHearsTheEnd() {
    long other = id(kernel.openDevice(now, TTL, 0));
    subscribe(device, 1, LOW);
    subscribe(other, 1, LOW);
    begin(1, InvalidationEvent.CLEAR, true, 0, LOW);
    read(2, LOW);
    ack(device, 1);
    told();
    kernel.refuse(now, other, SPACE, 1, RefusalCause.WOULD_BLOCK);
    assertThat(told())
        .containsEntry("begin1", List.of("refused WOULD_BLOCK"))
        .containsEntry("session" + device, List.of("ended 1#1 false0"))
        .containsEntry("session" + other, List.of("ended 1#1 false0"))
        .containsEntry("read2", List.of("ready 1"));
    assertThat(kernel.state(now)).contains("running=0").contains("ACTIVE").doesNotContain("EVICT");
    assertThat(end(1)).isEqualTo("NOT_RUNNING");
  }

  @Test
  void r14_noAnswerWithinTheBound_undone() {
    subscribe(device, 1, LOW);
    begin(1, InvalidationEvent.CLEAR, true, 0, LOW);
    kernel.advance(now + 50 * MILLI - 1);
    assertThat(told()).doesNotContainKey("begin1");
    kernel.advance(now + 50 * MILLI);
    assertThat(told())
        .containsEntry("begin1", List.of("refused WOULD_BLOCK"))
        .containsEntry("session" + device, List.of("ended 1#1 false0"));
    assertThat(ack(device, 1)).isEqualTo("NOT_OWED");
  }

  @Test
  void r14_oneCantBeReached_refusedAtOnceAndNobodyTold() {
    long other = id(kernel.openDevice(now, TTL, 0));
    subscribe(device, 1, LOW);
    subscribe(other, 1, LOW);
    kernel.streamBroken(now, other);
    told();
    begin(1, InvalidationEvent.CLEAR, true, 0, LOW);
    assertThat(told()).isEqualTo(Map.of("begin1", List.of("refused WOULD_BLOCK")));
    assertThat(kernel.state(now)).contains("seq=0");
  }

  @Test
  void r15_ownerMigrates_notToldOthersAreAndItsTokensFail() {
    long other = id(kernel.openDevice(now, TTL, 0));
    subscribe(device, 1, LOW);
    subscribe(other, 1, LOW);
    told();
    begin(1, InvalidationEvent.MIGRATE, false, device, LOW);
    assertThat(told()).containsOnlyKeys("session" + other);
    assertThat(ack(device, 1)).isEqualTo("NOT_OWED");
    ack(other, 1);
    assertThat(told()).containsKey("begin1");
    assertThat(retry(0, LOW)).isEqualTo("INVALIDATED");
    end(1);
    assertThat(told()).containsOnlyKeys("session" + other);
  }

  @Test
  void r15_ownerOfAnotherEvent_refused() {
    begin(1, InvalidationEvent.UNMAP, false, device, LOW);
    assertThat(told()).containsEntry("begin1", List.of("refused INVALID_ARGUMENT"));
  }

  @Test
  void r17_strangerRuns_readerDoesNotWaitForIt() {
    begin(1, LOW);
    read(3, LOW);
    begin(2, HIGH);
    end(1);
    assertThat(told()).containsEntry("read3", List.of("ready 2"));
    begin(4, LOW);
    assertThat(retry(2, LOW)).isEqualTo("INVALIDATED");
    assertThat(retry(2, HIGH)).isEqualTo("VALID");
  }

  @Test
  void r18_severalRangesAsOneUnit_anyHitFailsAll() {
    begin(1, HIGH);
    read(3, LOW, HIGH);
    assertThat(told()).doesNotContainKey("read3");
    end(1);
    assertThat(told()).containsEntry("read3", List.of("ready 1"));
    begin(2, HIGH);
    assertThat(retry(1, LOW, HIGH)).isEqualTo("INVALIDATED");
  }
}
