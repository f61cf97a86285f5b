package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers that reserve, and begins that are postponed for them. */
final class ReservationTest {
  private static final long MILLI = 1_000_000;
  private static final long SPACE = 1;
  private static final long RESERVED = 10 * MILLI;
  private static final int[] LEFT = {0, 1};
  private static final int[] RIGHT = {2, 3};
  private static final int[] BOTH = {0, 3};

  private static final long TTL = 3000 * MILLI;

  /** For so long the coordinator counts on a host that says nothing. */
  private static final long LEASE = TTL + KernelConfig.DEFAULTS.guardNanos(TTL);

  private final List<String> over = new ArrayList<>();
  private final List<Long> delays = new ArrayList<>();
  private final KernelObserver observer =
      new KernelObserver() {
        @Override
        public void reservationOver(ReservationOutcome outcome) {
          over.add(outcome.name());
        }

        @Override
        public void beginPostponed(long nanos) {
          delays.add(nanos);
        }

        @Override
        public void callbackFailed(RuntimeException failure) {
          throw new AssertionError(failure);
        }
      };

  private RealSubject kernel = new RealSubject(KernelConfig.DEFAULTS, observer);
  private long host;
  private long now;

  @BeforeEach
  void open() {
    open(KernelConfig.DEFAULTS);
  }

  private void open(KernelConfig config) {
    kernel = new RealSubject(config, observer);
    kernel.createSpace(now, "space");
    host = Long.parseLong(kernel.openHost(now, TTL, 0).substring("ok ".length()));
  }

  private void begin(int tag, boolean isNonBlockable, int[]... runs) {
    kernel.begin(
        now,
        tag,
        new Subject.Begin(
            SPACE,
            List.of(runs),
            InvalidationEvent.CLEAR,
            isNonBlockable,
            100 * MILLI,
            0,
            host,
            0));
  }

  private void begin(int tag, int[]... runs) {
    begin(tag, false, runs);
  }

  private void reserve(int tag, long nanos, int[]... runs) {
    kernel.readBegin(now, tag, SPACE, List.of(runs), nanos);
  }

  private String giveBack(long sequence, long reservation, int[]... runs) {
    return kernel.retry(now, SPACE, sequence, List.of(runs), reservation);
  }

  private void passes(long nanos) {
    now += nanos;
    kernel.advance(now);
  }

  private Map<String, List<String>> told() {
    return kernel.takeOutputs();
  }

  private static List<String> begun(long sequence) {
    return List.of("begun " + sequence + " " + Subject.report(0, Map.of(), 0));
  }

  @Test
  void begin_overlapsReservation_isPostponedUntilReadRetryWhichIsValid() {
    reserve(1, RESERVED, LEFT);
    assertThat(told()).isEqualTo(Map.of("read1", List.of("ready 0 reserved 1")));

    begin(2, BOTH);
    assertThat(told()).as("postponed: no answer").isEmpty();
    assertThat(kernel.sequences()).as("no sequence").containsEntry(SPACE, 0L);
    assertThat(kernel.running(now)).as("does not run").isEmpty();
    reserve(3, 0, RIGHT);
    assertThat(told()).as("no reader waits for it").containsEntry("read3", List.of("ready 0"));

    passes(3 * MILLI);
    assertThat(giveBack(0, 1, LEFT)).as("judged before it begins").isEqualTo("VALID");
    assertThat(told()).isEqualTo(Map.of("begin2", begun(1)));
    assertThat(giveBack(0, 1, LEFT)).isEqualTo("INVALIDATED");
    assertThat(over).containsExactly("RETURNED");
    assertThat(delays).containsExactly(3 * MILLI);
  }

  @Test
  void begin_ofOtherPagesOrOfAReaderThatDidNotAsk_isNotPostponed() {
    reserve(1, RESERVED, LEFT);
    reserve(2, 0, RIGHT);
    begin(3, RIGHT);
    assertThat(told()).containsEntry("begin3", begun(1));
    assertThat(delays).isEmpty();
  }

  @Test
  void reservation_readerDoesNotComeBack_endsWithItsTime() {
    reserve(1, RESERVED, LEFT);
    begin(2, LEFT);
    told();

    passes(RESERVED - 1);
    assertThat(told()).isEmpty();
    passes(1);
    assertThat(told()).isEqualTo(Map.of("begin2", begun(1)));
    assertThat(over).containsExactly("RAN_OUT");
    assertThat(kernel.coordinator.nextDeadlineNanos())
        .as("what is left is the host's lease")
        .isGreaterThan(now + RESERVED);
  }

  @Test
  void reservation_longerThanAllowed_isCut() {
    open(Configs.withReservations(KernelConfig.DEFAULTS, 7 * MILLI, 50 * MILLI));
    reserve(1, 1000 * MILLI, LEFT);
    begin(2, LEFT);
    told();
    passes(7 * MILLI - 1);
    assertThat(told()).isEmpty();
    passes(1);
    assertThat(told()).containsEntry("begin2", begun(1));
  }

  @Test
  void begin_manyReadersOneAfterTheOther_isPostponedForABoundedTimeInAll() {
    open(Configs.withReservations(KernelConfig.DEFAULTS, RESERVED, 25 * MILLI));
    reserve(1, RESERVED, LEFT);
    begin(100, LEFT);
    told();
    for (int tag = 2; tag <= 5; tag++) {
      passes(5 * MILLI - 1);
      reserve(tag, RESERVED, LEFT);
      assertThat(told()).containsEntry("read" + tag, List.of("ready 0 reserved " + tag));
    }
    passes(5 * MILLI + 3);
    assertThat(told()).as("one nanosecond before its bound").isEmpty();
    passes(1);
    assertThat(told()).containsEntry("begin100", begun(1));
    assertThat(giveBack(0, 5, LEFT)).as("the reader's token decides").isEqualTo("INVALIDATED");
    assertThat(delays).containsExactly(25 * MILLI);
  }

  @Test
  void begin_overlapsSeveralReservations_waitsForTheLastOfThem() {
    reserve(1, RESERVED, LEFT);
    reserve(2, RESERVED, RIGHT);
    begin(3, BOTH);
    told();
    giveBack(0, 2, RIGHT);
    assertThat(told()).isEmpty();
    giveBack(0, 1, LEFT);
    assertThat(told()).containsEntry("begin3", begun(1));
  }

  @Test
  void begins_postponedForOneReader_beginInTheOrderInWhichTheyCame() {
    reserve(1, RESERVED, BOTH);
    begin(2, LEFT);
    begin(3, RIGHT);
    begin(4, BOTH);
    kernel.cancelBegin(now, 2);
    begin(5, LEFT);
    told();
    giveBack(0, 1, BOTH);
    Map<String, List<String>> told = told();
    assertThat(told).containsEntry("begin3", begun(1));
    assertThat(told).containsEntry("begin4", begun(2));
    assertThat(told).containsEntry("begin5", begun(3));
  }

  @Test
  void begin_nonBlockable_isNeverPostponed() {
    reserve(1, RESERVED, LEFT);
    begin(2, true, LEFT);
    assertThat(told()).containsEntry("begin2", begun(1));
    assertThat(giveBack(0, 1, LEFT)).isEqualTo("INVALIDATED");
  }

  @Test
  void reader_waitedForAnInvalidation_reservesFromItsTokenOn() {
    begin(1, LEFT);
    reserve(2, RESERVED, LEFT);
    passes(20 * MILLI);
    begin(3, LEFT);
    assertThat(told())
        .as("a reader that waits postpones nothing")
        .containsEntry("begin3", begun(2));
    kernel.end(now, host, SPACE, 1);
    kernel.end(now, host, SPACE, 2);
    assertThat(told()).containsEntry("read2", List.of("ready 2 reserved 1"));
    begin(4, LEFT);
    passes(RESERVED - 1);
    assertThat(told()).isEmpty();
    passes(1);
    assertThat(told()).containsEntry("begin4", begun(3));
  }

  @Test
  void begin_cancelledWhilePostponed_isRefusedAndNeverBegins() {
    reserve(1, RESERVED, LEFT);
    begin(2, LEFT);
    told();
    kernel.cancelBegin(now, 2);
    assertThat(told()).isEqualTo(Map.of("begin2", List.of("refused CANCELLED")));
    kernel.cancelBegin(now, 2);
    giveBack(0, 1, LEFT);
    passes(1000 * MILLI);
    assertThat(told()).isEmpty();
    assertThat(kernel.sequences()).containsEntry(SPACE, 0L);
  }

  @Test
  void begin_hostGoneWhilePostponed_isRefusedAtItsTurn() {
    reserve(1, RESERVED, LEFT);
    begin(2, LEFT);
    told();
    kernel.detach(now, host);
    passes(RESERVED);
    assertThat(told()).containsEntry("begin2", List.of("refused SESSION_EXPIRED"));
    assertThat(kernel.running(now)).isEmpty();
  }

  @Test
  void begin_thatIsWrong_isRefusedAtOnce() {
    reserve(1, RESERVED, LEFT);
    told();
    host = 99;
    begin(2, LEFT);
    assertThat(told()).containsEntry("begin2", List.of("refused NOT_FOUND"));
  }

  @Test
  void release_isNotPostponedAndRefusesWhatIs() {
    reserve(1, RESERVED, LEFT);
    begin(2, LEFT);
    told();
    kernel.release(now, 3, SPACE, 100 * MILLI);
    Map<String, List<String>> told = told();
    assertThat(told).containsEntry("begin2", List.of("refused NOT_FOUND"));
    assertThat(told).containsKey("release3");
    assertThat(over).containsExactly("SPACE_RELEASED");
    assertThat(giveBack(0, 1, LEFT)).isEqualTo("SPACE_GONE");
  }

  @Test
  void forcedEnd_isNotPostponed() {
    begin(1, LEFT);
    reserve(2, 100 * MILLI, RIGHT);
    told();
    passes(LEASE - 10 * MILLI);
    reserve(3, 100 * MILLI, RIGHT);
    reserve(4, 100 * MILLI, LEFT);
    passes(10 * MILLI);
    assertThat(told()).containsEntry("read4", List.of("ready 2 reserved 3"));
    assertThat(kernel.running(now)).isEmpty();
  }

  @Test
  void reservations_asManyAsASpaceMayHave_readerGetsItsTokenWithout() {
    int max = KernelLimits.DEFAULTS.reservationsPerSpaceMax();
    for (int tag = 1; tag <= max; tag++) {
      reserve(tag, RESERVED, LEFT);
    }
    told();
    reserve(max + 1, RESERVED, LEFT);
    assertThat(told()).containsEntry("read" + (max + 1), List.of("ready 0"));
    assertThat(over).containsExactly("NOT_MADE");
    passes(RESERVED);
    assertThat(over).as("all ran out").hasSize(max + 1);
  }

  @Test
  void reservations_switchedOff_noneIsMade() {
    open(Configs.withReservations(KernelConfig.DEFAULTS, 0, 100 * MILLI));
    reserve(1, RESERVED, LEFT);
    assertThat(told()).containsEntry("read1", List.of("ready 0"));
    open(Configs.withReservations(KernelConfig.DEFAULTS, RESERVED, 0));
    reserve(1, RESERVED, LEFT);
    begin(2, LEFT);
    assertThat(told()).containsEntry("begin2", begun(1));
  }

  @Test
  void token_ofAnotherIncarnationOrSpace_endsNobodysReservation() {
    reserve(1, RESERVED, LEFT);
    begin(2, LEFT);
    told();
    RequestedRanges there = RealSubject.ranges(List.<int[]>of(LEFT));
    Incarnation mine = new Incarnation(7, 7);
    kernel.coordinator.readRetry(now, new Token(SPACE, new Incarnation(1, 1), 1, 0, 1), there);
    kernel.coordinator.readRetry(now, new Token(2, mine, 1, 0, 1), there);
    assertThat(told()).isEmpty();
    kernel.coordinator.readRetry(now, new Token(SPACE, mine, 1, 0, 1), there);
    assertThat(told()).containsEntry("begin2", begun(1));
  }
}
