package io.svmcoord.loadtest.races;

import static io.svmcoord.loadtest.races.RaceRig.PATIENT;
import static io.svmcoord.loadtest.races.RaceRig.pages;
import static io.svmcoord.loadtest.races.Waits.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.Event;
import io.svmcoord.client.InvalidArgumentException;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.LocalToken;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.RetryResult;
import io.svmcoord.client.SessionLostException;
import io.svmcoord.client.Token;
import io.svmcoord.client.WouldBlockException;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Races of special begins: R14 that may not wait, R15 that has an owner. */
class BeginRacesTest extends RaceTest {
  private static final AddressRange ALL = pages(0, 16);
  private static final AddressRange LOW = pages(0, 1);

  private final RaceTable table = new RaceTable();

  private void beginNonBlockableFails() {
    assertThatExceptionOfType(WouldBlockException.class)
        .isThrownBy(
            () -> rig.host().begin(rig.space(), List.of(LOW), Event.CLEAR, PATIENT.nonBlockable()));
  }

  /** Nothing was changed, nothing runs, everybody is alive and hears of the next one. */
  private void assertUndone(int sessions, Mirror... mirrors) {
    for (Mirror mirror : mirrors) {
      mirror.fault(LOW, Access.READ, PATIENCE);
    }
    Mapper mapper = rig.client().mapper(rig.space());
    Token token = mapper.readBegin(List.of(LOW), PATIENCE);
    assertThat(mapper.readRetry(token, List.of(LOW))).isEqualTo(RetryResult.VALID);
    try (Invalidation next = rig.begin(LOW)) {
      assertThat(next.fanOut().sessionsNotified()).isEqualTo(sessions);
      assertThat(next.fanOut().notAcked()).isEmpty();
    }
  }

  @Test
  void r14_oneRefusesAsItsLockIsTaken_undoneForAll() {
    RaceTable willing = new RaceTable();
    Mirror accepts = rig.mirror(rig.device("willing"), ALL, willing);
    Mirror refuses = rig.mirror(rig.device("busy"), ALL, table);
    accepts.fault(LOW, Access.READ, PATIENCE);
    refuses.fault(LOW, Access.READ, PATIENCE);
    LocalToken token = refuses.readBegin(AddressRanges.of(LOW), PATIENCE);

    try (var _ = RaceRig.hold(refuses)) {
      beginNonBlockableFails();
    }

    assertThat(table.versions()).as("pages of the one who refused").hasSize(1);
    assertThat(refuses.checkRetry(token, token.ranges())).isFalse();
    rig.assertFresh(willing, table);
    assertUndone(2, accepts, refuses);
    rig.assertFresh(willing, table);
  }

  @Test
  void r14_oneOfADevicesLocksIsTaken_noneOfItsTablesIsTouched() {
    DeviceSession device = rig.device("device");
    RaceTable free = new RaceTable();
    Mirror first = rig.mirror(device, ALL, free);
    Mirror second = rig.mirror(device, ALL, table);
    first.fault(LOW, Access.READ, PATIENCE);
    second.fault(LOW, Access.READ, PATIENCE);

    try (var _ = RaceRig.hold(second)) {
      beginNonBlockableFails();
    }

    assertThat(free.notices()).isEmpty();
    assertThat(free.versions()).hasSize(1);
    assertUndone(1, first, second);
  }

  /** Its answer comes after the bound, when all is undone: it changes nothing. */
  @Test
  void r14_oneDoesNotAnswerWithinTheBound_undoneAndItsLateAckIsIgnored() {
    RaceTable willing = new RaceTable();
    Mirror accepts = rig.mirror(rig.device("willing"), ALL, willing);
    Mirror slow = rig.mirror(rig.device("slow"), ALL, table);
    CountDownLatch go = new CountDownLatch(1);
    table.beforeTearDown = () -> Waits.await(go);

    beginNonBlockableFails();
    go.countDown();

    assertUndone(2, accepts, slow);
    assertThat(table.sequences()).as("told of both").hasSize(2);
    rig.assertFresh(willing, table);
  }

  /** It does not know what it still uses: it fences itself and comes back with nothing mapped. */
  @Test
  void r14_oneHandlerFails_undoneAndOnlyThatDeviceDropsEverything() {
    RaceTable willing = new RaceTable();
    Mirror accepts = rig.mirror(rig.device("willing"), ALL, willing);
    Mirror fails = rig.mirror(rig.device("failing"), ALL, table);
    accepts.fault(pages(8, 1), Access.READ, PATIENCE);
    fails.fault(pages(8, 1), Access.READ, PATIENCE);
    AtomicBoolean isFirst = new AtomicBoolean(true);
    table.beforeTearDown =
        () -> {
          if (isFirst.getAndSet(false)) {
            throw new IllegalStateException("the device does not answer");
          }
        };

    beginNonBlockableFails();
    Waits.until("it fenced itself", () -> fails.stats().fences() == 1);

    assertThat(table.versions()).isEmpty();
    assertThat(willing.versions()).as("pages that nobody touched").hasSize(1);
    assertUndone(2, accepts, fails);
  }

  @Test
  void r14_allAnswerAtOnce_begunLikeAnyOther() {
    Mirror mirror = rig.mirror(ALL, table);
    mirror.fault(LOW, Access.READ, PATIENCE);

    Invalidation begun =
        rig.host().begin(rig.space(), List.of(LOW), Event.CLEAR, PATIENT.nonBlockable());

    assertThat(begun.fanOut().notAcked()).isEmpty();
    assertThat(table.versions()).isEmpty();
    begun.end();
  }

  @ParameterizedTest
  @EnumSource(names = {"MIGRATE", "EXCLUSIVE"})
  void r15_ownerDrivesTheChange_itsFaultStaysValidOthersTearDown(Event event) {
    RaceTable others = new RaceTable();
    DeviceSession owner = rig.device("owner");
    Mirror own = rig.mirror(owner, ALL, table);
    Mirror other = rig.mirror(rig.device("other"), ALL, others);
    other.fault(LOW, Access.READ, PATIENCE);
    RaceMemory.Gate gate = rig.memory().shutGate();
    CompletableFuture<List<MirroredPage>> fault = own.faultAsync(LOW, Access.WRITE, PATIENCE);
    gate.awaitListed(1);

    Invalidation begun =
        rig.host().begin(rig.space(), List.of(LOW), event, PATIENT.withOwner(owner));

    assertThat(begun.fanOut().sessionsNotified()).isEqualTo(1);
    assertThat(others.versions()).isEmpty();
    gate.open();
    Waits.join(fault);
    assertThat(own.stats().retries()).as("its own event is no reason to start over").isEmpty();
    assertThat(table.notices()).isEmpty();
    assertThat(table.versions()).isEqualTo(Map.of(LOW.first(), 1L));
    begun.end();
    try (Invalidation next = rig.begin(LOW)) {
      assertThat(next.fanOut().sessionsNotified()).as("anybody else's it is told").isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Event.class,
      names = {"MIGRATE", "EXCLUSIVE", "RELEASE"},
      mode = EnumSource.Mode.EXCLUDE)
  void r15_ownerOfAnyOtherEvent_isRefusedAndNobodyIsTold(Event event) {
    DeviceSession owner = rig.device("owner");
    rig.mirror(owner, ALL, table);

    assertThatExceptionOfType(InvalidArgumentException.class)
        .isThrownBy(
            () -> rig.host().begin(rig.space(), List.of(LOW), event, PATIENT.withOwner(owner)))
        .withMessageContaining("owner_key");
    rig.awaitHandled(LOW);
    assertThat(table.sequences()).hasSize(1);
  }

  @Test
  void r15_ownerHasLeft_isRefused() {
    DeviceSession owner = rig.device("owner");
    rig.mirror(owner, ALL, table);
    owner.close();

    assertThatExceptionOfType(SessionLostException.class)
        .isThrownBy(
            () ->
                rig.host()
                    .begin(rig.space(), List.of(LOW), Event.MIGRATE, PATIENT.withOwner(owner)));
    assertThat(table.sequences()).isEmpty();
  }
}
