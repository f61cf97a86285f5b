package io.svmcoord.loadtest.races;

import static io.svmcoord.loadtest.races.RaceRig.THREADS;
import static io.svmcoord.loadtest.races.RaceRig.pages;
import static io.svmcoord.loadtest.races.Waits.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.svmcoord.client.Access;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.LocalToken;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.RetryResult;
import io.svmcoord.client.Token;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Races between a reader and the invalidations of its pages: R1-R5, R8-R10, R17, R18. */
class ReadRacesTest extends RaceTest {
  private static final AddressRange ALL = pages(0, 16);
  private static final AddressRange LOW = pages(0, 1);
  private static final AddressRange HIGH = pages(8, 1);

  private final RaceTable table = new RaceTable();

  private CompletableFuture<List<MirroredPage>> fault(Mirror mirror, AddressRange range) {
    return mirror.faultAsync(range, Access.READ, PATIENCE);
  }

  private static void awaitReaders(Mirror mirror, int count) {
    Waits.until(count + " readers wait", () -> mirror.stats().waits() == count);
  }

  private static RetryResult check(Mirror mirror, LocalToken token) {
    mirror.lock().lock();
    try {
      return mirror.readRetry(token, token.ranges());
    } finally {
      mirror.lock().unlock();
    }
  }

  @Test
  void r01_readDuringTheInvalidation_waitsForTheEnd() {
    Mirror mirror = rig.mirror(ALL, table);
    Invalidation running = rig.begin(LOW);

    CompletableFuture<List<MirroredPage>> fault = fault(mirror, LOW);
    awaitReaders(mirror, 1);
    assertThat(rig.memory().lists()).as("lists made while it runs").isZero();
    rig.memory().change(LOW);
    running.end();
    Waits.join(fault);

    assertThat(table.versions()).isEqualTo(Map.of(LOW.first(), 2L));
    assertThat(mirror.stats().retriesTotal()).isZero();
  }

  @Test
  void r02_nothingMappedYet_eventMarksItAllTheSame() {
    Mirror mirror = rig.mirror(ALL, table);
    RaceMemory.Gate gate = rig.memory().shutGate();
    CompletableFuture<List<MirroredPage>> fault = fault(mirror, LOW);
    gate.awaitListed(1);

    rig.change(LOW);
    assertThat(table.sequences()).as("told with nothing mapped").hasSize(1);
    gate.open();
    Waits.join(fault);

    assertThat(mirror.stats().retries()).isEqualTo(Map.of(RetryResult.INVALIDATED, 1L));
    rig.assertFresh(table);
    assertThat(table.versions()).hasSize(1);
  }

  /** The first mirror of the session shows that the event is there, while the second installs. */
  @Test
  void r03_eventBetweenCheckAndInstall_waitsForTheInstallAndUnmapsIt() {
    RaceTable first = new RaceTable();
    var device = rig.device("device");
    rig.mirror(device, ALL, first);
    Mirror mirror = rig.mirror(device, ALL, table);
    CountDownLatch go = new CountDownLatch(1);
    table.beforeInstall = () -> Waits.await(go);
    CompletableFuture<List<MirroredPage>> fault = fault(mirror, LOW);
    table.awaitInstalling();

    CompletableFuture<Invalidation> begin = rig.beginAsync(LOW);
    first.awaitTold();
    assertThat(begin).as("begin while a stale page is being installed").isNotDone();
    assertThat(table.notices()).isEmpty();
    go.countDown();
    Waits.join(fault);
    Invalidation begun = Waits.join(begin);

    assertThat(table.versions()).as("mapped after begin returned").isEmpty();
    assertThat(table.insideMax()).isEqualTo(1);
    begun.end();
  }

  @Test
  void r03_checkWithoutTheLock_isRefused() {
    Mirror mirror = rig.mirror(ALL, table);
    LocalToken token = mirror.readBegin(AddressRanges.of(LOW), PATIENCE);

    assertThatIllegalStateException()
        .isThrownBy(() -> mirror.readRetry(token, token.ranges()))
        .withMessageContaining("Mirror.lock()");
  }

  @Test
  void r04_readerBetweenUnmapAndTheEndOfTheHandler_findsTheMarkAlready() {
    Mirror mirror = rig.mirror(ALL, table);
    LocalToken token = mirror.readBegin(AddressRanges.of(LOW), PATIENCE);
    AtomicBoolean isMarkedFirst = new AtomicBoolean();
    AtomicBoolean isLockFree = new AtomicBoolean(true);
    table.beforeTearDown = () -> isMarkedFirst.set(mirror.checkRetry(token, token.ranges()));
    table.afterTearDown =
        () ->
            isLockFree.set(
                Waits.join(
                    CompletableFuture.supplyAsync(
                        () -> {
                          boolean isTaken = mirror.lock().tryLock();
                          if (isTaken) {
                            mirror.lock().unlock();
                          }
                          return isTaken;
                        },
                        THREADS)));

    Invalidation begun = rig.begin(LOW);

    assertThat(isMarkedFirst).as("raised before anything is unmapped").isTrue();
    assertThat(isLockFree).as("a reader gets in before the handler is through").isFalse();
    assertThat(check(mirror, token)).isEqualTo(RetryResult.INVALIDATED);
    begun.end();
  }

  @Test
  void r05_firstOfTwoOverlappingEnds_readerWaitsForTheSecond() {
    Mirror mirror = rig.mirror(ALL, table);
    Invalidation first = rig.begin(LOW);
    Invalidation second = rig.begin(pages(0, 2));
    CompletableFuture<List<MirroredPage>> fault = fault(mirror, LOW);
    awaitReaders(mirror, 1);

    rig.memory().change(LOW);
    first.end();
    rig.awaitHandled(HIGH);
    assertThat(rig.memory().lists()).as("lists made under the second").isZero();
    rig.memory().change(LOW);
    second.end();
    Waits.join(fault);

    assertThat(table.versions()).isEqualTo(Map.of(LOW.first(), 3L));
  }

  @Test
  void r05_secondEndsFirst_readerWaitsForTheFirst() {
    Mirror mirror = rig.mirror(ALL, table);
    Invalidation first = rig.begin(LOW);
    Invalidation second = rig.begin(LOW);
    CompletableFuture<List<MirroredPage>> fault = fault(mirror, LOW);
    awaitReaders(mirror, 1);

    second.end();
    rig.awaitHandled(HIGH);
    assertThat(rig.memory().lists()).isZero();
    rig.memory().change(LOW);
    first.end();
    Waits.join(fault);

    assertThat(table.versions()).isEqualTo(Map.of(LOW.first(), 2L));
  }

  @Test
  void r08_wholeInvalidationBetweenTokenAndCheck_retry() {
    Mirror mirror = rig.mirror(ALL, table);
    Mapper mapper = rig.client().mapper(rig.space());
    LocalToken local = mirror.readBegin(AddressRanges.of(LOW), PATIENCE);
    LocalToken elsewhere = mirror.readBegin(AddressRanges.of(HIGH), PATIENCE);
    Token remote = mapper.readBegin(List.of(LOW), PATIENCE);

    rig.change(LOW);

    assertThat(check(mirror, local)).isEqualTo(RetryResult.INVALIDATED);
    assertThat(mapper.readRetry(remote, List.of(LOW))).isEqualTo(RetryResult.INVALIDATED);
    assertThat(check(mirror, elsewhere)).as("nobody touched it").isEqualTo(RetryResult.VALID);
  }

  /** Everything looks as it did at the token: nothing runs, and the page is mapped again. */
  @Test
  void r09_everythingAsBefore_oldTokenIsDeadAllTheSame() {
    Mirror mirror = rig.mirror(ALL, table);
    mirror.fault(LOW, Access.READ, PATIENCE);
    LocalToken old = mirror.readBegin(AddressRanges.of(LOW), PATIENCE);

    for (int i = 0; i < 2; i++) {
      rig.change(LOW);
      mirror.fault(LOW, Access.READ, PATIENCE);
    }
    LocalToken young = mirror.readBegin(AddressRanges.of(LOW), PATIENCE);

    assertThat(check(mirror, old)).isEqualTo(RetryResult.INVALIDATED);
    assertThat(check(mirror, young)).isEqualTo(RetryResult.VALID);
    assertThat(table.versions()).isEqualTo(Map.of(LOW.first(), 3L));
  }

  @Test
  void r10_twoReadersOneHit_bothStartOver() {
    Mirror mirror = rig.mirror(ALL, table);
    LocalToken token = mirror.readBegin(AddressRanges.of(LOW), PATIENCE);
    RaceMemory.Gate gate = rig.memory().shutGate();
    CompletableFuture<List<MirroredPage>> one = fault(mirror, LOW);
    CompletableFuture<List<MirroredPage>> other = fault(mirror, LOW);
    gate.awaitListed(2);

    rig.change(LOW);
    gate.open();
    List<MirroredPage> listed = Waits.join(one);

    assertThat(listed).isEqualTo(Waits.join(other));
    assertThat(listed).extracting(MirroredPage::frame).containsExactly(2L);
    assertThat(mirror.stats().retries()).isEqualTo(Map.of(RetryResult.INVALIDATED, 2L));
    for (int i = 0; i < 3; i++) {
      assertThat(check(mirror, token))
          .as("checks use nothing up")
          .isEqualTo(RetryResult.INVALIDATED);
    }
  }

  @Test
  void r17_strangerRuns_readerGoesOnAtItsOwnEnd() {
    Mirror mirror = rig.mirror(ALL, table);
    Invalidation own = rig.begin(LOW);
    CompletableFuture<List<MirroredPage>> fault = fault(mirror, LOW);
    awaitReaders(mirror, 1);
    Invalidation stranger = rig.begin(HIGH);

    rig.memory().change(LOW);
    own.end();
    Waits.join(fault);

    assertThat(table.versions()).isEqualTo(Map.of(LOW.first(), 2L));
    LocalToken token = mirror.readBegin(AddressRanges.of(LOW), PATIENCE);
    stranger.end();
    assertThat(check(mirror, token)).as("its end is no reason either").isEqualTo(RetryResult.VALID);
    rig.change(LOW);
    assertThat(check(mirror, token)).isEqualTo(RetryResult.INVALIDATED);
  }

  /** However wide the subscription: a reader is concerned by its own pages alone. */
  @Test
  void r17_wholeSpaceMirrored_readerWaitsForItsPagesAlone() {
    Mirror mirror = rig.mirror(AddressRange.WHOLE, table);
    Invalidation stranger = rig.begin(HIGH);

    Waits.join(fault(mirror, LOW));
    LocalToken token = mirror.readBegin(AddressRanges.of(LOW), PATIENCE);
    CompletableFuture<List<MirroredPage>> concerned = fault(mirror, HIGH);
    awaitReaders(mirror, 1);
    rig.memory().change(HIGH);
    stranger.end();
    Waits.join(concerned);

    assertThat(check(mirror, token)).isEqualTo(RetryResult.VALID);
    assertThat(mirror.stats().retriesTotal()).isZero();
    assertThat(table.versions()).isEqualTo(Map.of(LOW.first(), 1L, HIGH.first(), 2L));
  }

  @Test
  void r18_severalRangesAsOneUnit_oneHitFailsAll() {
    Mirror mirror = rig.mirror(LOW, table);
    mirror.update(List.of(), List.of(HIGH));
    AddressRanges unit = AddressRanges.of(List.of(LOW, HIGH));
    Mapper mapper = rig.client().mapper(rig.space());
    LocalToken local = mirror.readBegin(unit, PATIENCE);
    LocalToken part = mirror.readBegin(AddressRanges.of(LOW), PATIENCE);
    Token remote = mapper.readBegin(List.of(LOW, HIGH), PATIENCE);

    rig.change(pages(4, 1));
    assertThat(check(mirror, local)).as("between them").isEqualTo(RetryResult.VALID);
    assertThat(mapper.readRetry(remote, List.of(LOW, HIGH))).isEqualTo(RetryResult.VALID);
    rig.change(HIGH);

    assertThat(check(mirror, local)).isEqualTo(RetryResult.INVALIDATED);
    assertThat(mapper.readRetry(remote, List.of(LOW, HIGH))).isEqualTo(RetryResult.INVALIDATED);
    assertThat(check(mirror, part)).isEqualTo(RetryResult.VALID);
    assertThat(mapper.readRetry(remote, List.of(LOW))).isEqualTo(RetryResult.VALID);
  }

  @Test
  void r18_severalRangesAsOneUnit_tokenWaitsForAllOfThem() {
    Mirror mirror = rig.mirror(LOW, table);
    mirror.update(List.of(), List.of(HIGH));
    Mapper mapper = rig.client().mapper(rig.space());
    Invalidation low = rig.begin(LOW);
    Invalidation high = rig.begin(HIGH);
    CompletableFuture<LocalToken> local =
        CompletableFuture.supplyAsync(
            () -> mirror.readBegin(AddressRanges.of(List.of(LOW, HIGH)), PATIENCE), THREADS);
    awaitReaders(mirror, 1);
    CompletableFuture<Token> remote = mapper.readBeginAsync(List.of(HIGH, LOW), PATIENCE);

    low.end();
    rig.awaitHandled(LOW);
    assertThat(local).isNotDone();
    assertThat(remote).isNotDone();
    high.end();

    assertThat(check(mirror, Waits.join(local))).isEqualTo(RetryResult.VALID);
    Token token = Waits.join(remote);
    assertThat(mapper.readRetry(token, List.of(LOW, HIGH))).isEqualTo(RetryResult.VALID);
  }
}
