package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions, leases and what hangs on them: G2, G4, G6, G8, G9. */
final class LeaseTest {
  private static final long MILLI = 1_000_000;
  private static final long TTL = 1000 * MILLI;
  private static final long LEASE = TTL + TTL / 10 + TTL / 1000;
  private static final long SPACE = 1;
  private static final int[] RUN = {0, 3};

  private final RealSubject kernel = new RealSubject(KernelConfig.DEFAULTS, KernelObserver.NONE);
  private long host;
  private long device;

  @BeforeEach
  void open() {
    kernel.createSpace(0, "space");
    host = id(kernel.openHost(0, 60_000 * MILLI, 0));
    device = id(kernel.openDevice(0, TTL, 0));
    kernel.update(0, 0, device, SPACE, List.of(), List.of(new int[] {1, 0, 3}));
    kernel.takeOutputs();
  }

  private static long id(String answer) {
    return Long.parseLong(answer.substring("ok ".length()));
  }

  private void begin(long now, int tag, long by, long hold) {
    kernel.begin(
        now,
        tag,
        new Subject.Begin(
            SPACE, List.of(RUN), InvalidationEvent.UNMAP, false, 100 * MILLI, 0, by, hold));
  }

  /** Promise G4 with the clocks as wrong as allowed, each in its worst way. */
  @Test
  void guardNanos_clientSlowAndCoordinatorFast_clientIsOverFirst() {
    KernelConfig d = KernelConfig.DEFAULTS;
    for (int ppm = 0; ppm <= KernelConfig.RATE_ERROR_PPM_MAX; ppm += 999) {
      for (long ttl : new long[] {d.ttlMinNanos(), d.ttlDefaultNanos() + 1, d.ttlMaxNanos() - 1}) {
        KernelConfig config = Configs.withGuard(d, Integer.MAX_VALUE, ppm);
        double error = ppm / 1e6;
        double client = (ttl - config.guardNanos(ttl)) / (1 - error);
        double coordinator = (ttl + config.guardNanos(ttl)) / (1 + error);
        assertThat(client).as("%d ppm, %d ns", ppm, ttl).isLessThan(coordinator);
      }
    }
  }

  @Test
  void guardNanos_isThePartAndTheRateErrorEachRoundedUp() {
    assertThat(KernelConfig.DEFAULTS.guardNanos(TTL)).isEqualTo(LEASE - TTL);
    assertThat(Configs.withGuard(KernelConfig.DEFAULTS, 10, 1).guardNanos(11)).isEqualTo(2 + 1);
    assertThat(Configs.withGuard(KernelConfig.DEFAULTS, 10, 0).guardNanos(11)).isEqualTo(2);
  }

  @Test
  void begin_deviceSilent_evictedAtDeadlineThenLeaseWaitedOut() {
    begin(10, 1, host, 0);
    kernel.takeOutputs();
    kernel.advance(10 + 100 * MILLI);
    assertThat(kernel.takeOutputs())
        .containsOnlyKeys("session" + device)
        .containsEntry("session" + device, List.of("closed ACK_DEADLINE_MISSED"));
    assertThat(kernel.heartbeat(200 * MILLI, device)).isEqualTo("SESSION_EVICTED");
    assertThat(kernel.ack(200 * MILLI, device, SPACE, 1, 1, false)).isEqualTo("SESSION_NOT_ACTIVE");
    kernel.advance(LEASE - 1);
    assertThat(kernel.takeOutputs()).isEmpty();
    kernel.advance(LEASE);
    assertThat(kernel.takeOutputs())
        .containsEntry(
            "begin1",
            List.of(
                "begun 1 notified=1 notAcked={%d=EVICTED} slowest=%d"
                    .formatted(device, LEASE - 10)));
  }

  @Test
  void begin_overEvictedSession_waitsForItsLeaseToo() {
    kernel.evict(1, device);
    begin(2, 1, host, 0);
    assertThat(kernel.takeOutputs()).doesNotContainKey("begin1");
    kernel.advance(LEASE);
    assertThat(kernel.takeOutputs()).containsKey("begin1");
  }

  @Test
  void begin_streamBroken_expiredAtLeaseEnd() {
    kernel.streamBroken(5, device);
    assertThat(kernel.heartbeat(6, device)).isEqualTo("SESSION_EXPIRED");
    begin(LEASE - 50 * MILLI, 1, host, 0);
    assertThat(kernel.takeOutputs()).isEmpty();
    kernel.advance(LEASE);
    assertThat(kernel.takeOutputs())
        .containsEntry(
            "begin1",
            List.of(
                "begun 1 notified=1 notAcked={%d=EXPIRED} slowest=%d"
                    .formatted(device, 50 * MILLI)));
  }

  @Test
  void resume_beforeItsLeaseEnds_renewedAndToldAgain() {
    begin(10, 1, host, 0);
    kernel.streamBroken(20, device);
    kernel.takeOutputs();
    assertThat(kernel.resume(90 * MILLI, device, List.of())).isEqualTo("ok " + device);
    assertThat(kernel.takeOutputs())
        .containsOnlyKeys("session" + device)
        .containsEntry("session" + device, List.of("resumed [1@1 v1 [1]]", "invalidate 1#1"));
    assertThat(kernel.ack(91 * MILLI, device, SPACE, 1, 1, false)).isEqualTo("acked 1");
    assertThat(kernel.takeOutputs()).containsKey("begin1");
    kernel.advance(90 * MILLI + LEASE - 1);
    assertThat(kernel.state(90 * MILLI + LEASE - 1))
        .contains("session %d ACTIVE".formatted(device));
  }

  @Test
  void resume_atTheEndOfItsLease_refusedAlsoBeforeTheTimer() {
    kernel.streamBroken(5, device);
    assertThat(kernel.resume(LEASE, device, List.of())).isEqualTo("SESSION_EXPIRED");
    kernel.advance(LEASE);
    assertThat(kernel.resume(LEASE + 1, device, List.of())).isEqualTo("SESSION_EXPIRED");
  }

  @Test
  void resume_afterAnAckDeadlineThatPassedWhileSuspect_refused() {
    kernel.streamBroken(5, device);
    begin(10, 1, host, 0);
    kernel.advance(10 + 100 * MILLI);
    assertThat(kernel.resume(11 + 100 * MILLI, device, List.of())).isEqualTo("SESSION_EVICTED");
    assertThat(kernel.takeOutputs()).doesNotContainKey("begin1");
    kernel.advance(LEASE);
    assertThat(kernel.takeOutputs()).containsKey("begin1");
  }

  @Test
  void resume_ofASessionThatIsBelievedIn_oldStreamIsToldAndNothingElseChanges() {
    begin(10, 1, host, 0);
    kernel.takeOutputs();
    assertThat(kernel.resume(20, device, List.of())).isEqualTo("ok " + device);
    assertThat(kernel.takeOutputs().get("session" + device))
        .containsExactly("superseded", "resumed [1@1 v1 [1]]", "invalidate 1#1");
  }

  @Test
  void begin_silentDeviceComesBackWithItsKey_freedAtOnce() {
    begin(10, 1, host, 0);
    kernel.advance(10 + 100 * MILLI);
    kernel.takeOutputs();
    kernel.openDevice(200 * MILLI, TTL, device);
    assertThat(kernel.takeOutputs().get("begin1"))
        .containsExactly(
            "begun 1 notified=1 notAcked={%d=LEFT} slowest=%d".formatted(device, 200 * MILLI - 10));
    assertThat(kernel.state(200 * MILLI)).contains("session %d DETACHED".formatted(device));
  }

  @Test
  void heartbeat_afterLeaseEndBeforeTimer_notRenewed() {
    assertThat(kernel.heartbeat(LEASE - 1, device)).isEqualTo("renewed " + TTL);
    assertThat(kernel.heartbeat(2 * LEASE - 1, device)).isEqualTo("SESSION_EXPIRED");
    assertThat(kernel.heartbeat(2 * LEASE, device)).isEqualTo("SESSION_EXPIRED");
  }

  @Test
  void refuse_blockable_evicted() {
    begin(1, 1, host, 0);
    kernel.refuse(2, device, SPACE, 1, RefusalCause.WOULD_BLOCK);
    assertThat(kernel.takeOutputs().get("session" + device))
        .containsExactly("invalidate 1#1", "closed REFUSED_BLOCKABLE");
    kernel.advance(LEASE);
    assertThat(kernel.takeOutputs()).containsKey("begin1");
  }

  @Test
  void ack_repeatedForeignAndOfAnotherEpoch_ignored() {
    begin(1, 1, host, 0);
    long other = id(kernel.openDevice(1, TTL, 0));
    assertThat(kernel.ack(2, other, SPACE, 1, 1, false)).isEqualTo("UNKNOWN_SPACE");
    assertThat(kernel.ack(2, device, SPACE, 2, 1, false)).isEqualTo("STALE_EPOCH");
    assertThat(kernel.ack(2, device, 77, 1, 1, false)).isEqualTo("UNKNOWN_SPACE");
    assertThat(kernel.ack(2, device, SPACE, 1, 1, false)).isEqualTo("acked 1");
    assertThat(kernel.ack(2, device, SPACE, 1, 1, true)).isEqualTo("NOT_OWED");
  }

  @Test
  void ack_allUpTo_acksTheLowerOnesToo() {
    begin(1, 1, host, 0);
    begin(1, 2, host, 0);
    begin(1, 3, host, 0);
    assertThat(kernel.ack(2, device, SPACE, 1, 2, true)).isEqualTo("acked 2");
    assertThat(kernel.takeOutputs()).containsKeys("begin1", "begin2").doesNotContainKey("begin3");
  }

  @Test
  void hostExpires_endedByForceWithNewSequence_lateEndIsTold() {
    long dying = id(kernel.openHost(0, TTL, 0));
    begin(1, 1, dying, 0);
    kernel.ack(2, device, SPACE, 1, 1, false);
    kernel.heartbeat(3, device);
    kernel.readBegin(4, 7, SPACE, List.<int[]>of(RUN), 0);
    kernel.takeOutputs();
    kernel.advance(LEASE);
    assertThat(kernel.takeOutputs())
        .containsEntry("session" + device, List.of("ended 1#1 true2"))
        .containsEntry("session" + dying, List.of("closed LEASE_EXPIRED"))
        .containsEntry("read7", List.of("ready 2"));
    assertThat(kernel.end(LEASE + 1, dying, SPACE, 1)).isEqualTo("FORCE_ENDED");
    assertThat(kernel.retry(0, SPACE, 1, List.<int[]>of(RUN), 0)).isEqualTo("INVALIDATED");
  }

  @Test
  void hostDetaches_endedAsByItselfAndPendingUndone() {
    begin(1, 1, host, 0);
    kernel.ack(2, device, SPACE, 1, 1, false);
    begin(3, 2, host, 0);
    kernel.takeOutputs();
    kernel.detach(4, host);
    assertThat(kernel.takeOutputs())
        .containsEntry("begin2", List.of("refused SESSION_EXPIRED"))
        .containsEntry("session" + device, List.of("ended 1#1 false0", "ended 1#2 false0"));
  }

  @Test
  void hold_notEndedInTime_endedByForceCountedFromTheAnswer() {
    begin(0, 1, 0, TTL);
    kernel.ack(50 * MILLI, device, SPACE, 1, 1, false);
    for (long now = 0; now < LEASE + 50 * MILLI; now += 50 * MILLI) {
      kernel.heartbeat(now, device);
      kernel.advance(now);
    }
    assertThat(kernel.running(LEASE)).hasSize(1);
    kernel.takeOutputs();
    kernel.advance(LEASE + 50 * MILLI);
    assertThat(kernel.takeOutputs()).containsEntry("session" + device, List.of("ended 1#1 true2"));
  }

  @Test
  void hold_ended_itsSessionIsGone() {
    begin(0, 1, 0, TTL);
    kernel.ack(1, device, SPACE, 1, 1, false);
    long hold = kernel.running(1).getFirst().host().value();
    assertThat(kernel.end(2, hold, SPACE, 1)).isEqualTo("ENDED");
    assertThat(kernel.end(2, hold, SPACE, 1)).isEqualTo("NOT_RUNNING");
    assertThat(kernel.state(2)).doesNotContain("session " + hold);
  }

  @Test
  void end_byAnother_denied() {
    long other = id(kernel.openHost(0, TTL, 0));
    begin(0, 1, host, 0);
    assertThat(kernel.end(2, other, SPACE, 1)).isEqualTo("PERMISSION_DENIED");
    assertThat(kernel.end(2, 0, SPACE, 1)).isEqualTo("PERMISSION_DENIED");
    assertThat(kernel.running(2)).hasSize(1);
  }

  @Test
  void release_ackedByAll_goneAndTokensDead() {
    kernel.begin(
        1,
        1,
        new Subject.Begin(
            SPACE, List.of(RUN), InvalidationEvent.UNMAP, false, 100 * MILLI, 0, host, 0));
    kernel.readBegin(1, 2, SPACE, List.<int[]>of(RUN), 0);
    kernel.takeOutputs();
    kernel.release(2, 3, SPACE, 0);
    assertThat(kernel.takeOutputs())
        .containsEntry("read2", List.of("refused NOT_FOUND"))
        .containsEntry("session" + device, List.of("invalidate 1#2"));
    kernel.release(3, 4, SPACE, 0);
    begin(3, 5, host, 0);
    assertThat(kernel.takeOutputs()).containsEntry("begin5", List.of("refused NOT_FOUND"));
    kernel.ack(4, device, SPACE, 1, 2, false);
    assertThat(kernel.takeOutputs())
        .containsKeys("release3", "release4", "begin1")
        .containsEntry("session" + device, List.of("released 1"));
    assertThat(kernel.retry(0, SPACE, 2, List.<int[]>of(RUN), 0)).isEqualTo("SPACE_GONE");
    assertThat(kernel.end(5, host, SPACE, 1)).isEqualTo("NOT_RUNNING");
    assertThat(kernel.createSpace(6, "space")).isEqualTo("ok 2");
  }
}
