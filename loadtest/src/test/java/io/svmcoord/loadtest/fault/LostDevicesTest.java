package io.svmcoord.loadtest.fault;

import static io.svmcoord.loadtest.fault.FaultRig.SLACK;
import static io.svmcoord.loadtest.fault.FaultRig.UNHARMED_TTL;
import static io.svmcoord.loadtest.fault.FaultRig.await;
import static io.svmcoord.loadtest.fault.FaultRig.awaitReads;
import static io.svmcoord.loadtest.fault.FaultRig.awaitThat;
import static io.svmcoord.loadtest.fault.FaultRig.awaitUp;
import static io.svmcoord.loadtest.fault.FaultRig.events;
import static io.svmcoord.loadtest.fault.FaultRig.requireWaitedFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.client.FanOut.Outcome;
import io.svmcoord.loadtest.ctl.SessionRow;
import io.svmcoord.loadtest.fault.FaultRig.Answered;
import io.svmcoord.loadtest.fault.FaultRig.Leases;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes of devices that are killed or stopped: a begin waits for what is left of their leases,
 * and no longer (G2); they use no page that was taken away meanwhile (G1, G4).
 */
@Timeout(180)
class LostDevicesTest {
  private static final Duration TTL = Duration.ofSeconds(1);

  /** Of who is to wake up within its lease: a seventh of it is what a busy machine may take. */
  private static final Duration LONG_TTL = Duration.ofSeconds(3);

  /** Guard of a lease, as a part of its time to live. */
  private static final int GUARD_DIVISOR = 10;

  private final SvmServer server =
      SvmServer.start(
          ServerConfig.defaults().with("listen", "127.0.0.1:0").with("admin", "127.0.0.1:0"));

  private FaultRig rig(String name) {
    return FaultRig.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), name);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void killed_beginWaitsForWhatIsLeftOfItsLease() {
    try (FaultRig rig = rig("host")) {
      RoleProcess victim = rig.startDevices("victim", 1, TTL);
      RoleProcess survivor = rig.devices("survivor", 1, UNHARMED_TTL);
      awaitUp(victim);
      rig.kill(victim);
      Leases leases = rig.leases("victim");
      Answered begin = await(rig.begin());

      requireWaitedFor(leases, begin);
      assertThat(begin.with(Outcome.EXPIRED)).isEqualTo(leases.sessionIds());
      assertThat(begin.fanOut().notAcked()).hasSize(1);
      awaitReads(survivor);
      assertThat(events(survivor, "fenced")).isZero();
      rig.requireNothingStale();
    }
  }

  @Test
  void stopped_shorterThanItsLease_isWaitedForAndNotExpired() {
    try (FaultRig rig = rig("host")) {
      RoleProcess victim = rig.devices("victim", 1, LONG_TTL);
      long stoppedNanos = stopJustRenewed(rig, victim);
      long wakeNanos = stoppedNanos + LONG_TTL.toNanos() * 9 / 10;
      Leases leases = rig.leases("victim");
      CompletableFuture<Answered> asked = rig.begin();
      awaitThat(() -> System.nanoTime() - wakeNanos >= 0);
      assertThat(asked).as("begin while the device is stopped").isNotDone();
      long wokenNanos = System.nanoTime();
      victim.unfreeze();
      Answered begin = await(asked);

      assertThat(begin.answeredNanos() - wokenNanos).isBetween(0L, SLACK.toNanos());
      // By its own clock its lease may just be over: then it drops everything, and leaves.
      assertThat(begin.with(Outcome.EXPIRED)).isEmpty();
      assertThat(begin.with(Outcome.EVICTED)).isEmpty();
      assertThat(rig.state(leases.sessionIds().getFirst())).isNotEqualTo("expired");
      awaitReads(victim);
      rig.requireNothingStale();
    }
  }

  /** Stops it when most of its lease is left; the time at which it was told to stop. */
  private static long stopJustRenewed(FaultRig rig, RoleProcess victim) {
    // Of time to live and guard, eleven tenths: it has to be renewed just now.
    long least = LONG_TTL.toMillis() * 104 / 100;
    while (true) {
      awaitThat(() -> leaseLeftMillis(rig) > least);
      long stoppedNanos = System.nanoTime();
      victim.freeze();
      if (leaseLeftMillis(rig) >= least) {
        return stoppedNanos;
      }
      victim.unfreeze();
    }
  }

  private static long leaseLeftMillis(FaultRig rig) {
    return rig.sessions("victim").stream()
        .mapToLong(SessionRow::leaseLeftMillis)
        .max()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 50})
  void stopped_longerThanItsLease_isExpiredAndFencedWhenItWakes(int tenthsOfTtl) {
    try (FaultRig rig = rig("host")) {
      RoleProcess victim = rig.devices("victim", 1, TTL);
      long wakeNanos = System.nanoTime() + TTL.toNanos() * tenthsOfTtl / 10;
      victim.freeze();
      Leases leases = rig.leases("victim");
      Answered begin = await(rig.begin());

      requireWaitedFor(leases, begin);
      assertThat(begin.with(Outcome.EXPIRED)).isEqualTo(leases.sessionIds());
      awaitThat(() -> System.nanoTime() - wakeNanos >= 0);
      assertThat(rig.state(leases.sessionIds().getFirst())).isEqualTo("expired");
      victim.unfreeze();
      awaitThat(() -> events(victim, "fenced") > 0);
      awaitReads(victim);
      assertThat(rig.sessions("victim")).hasSize(1);
      rig.requireNothingStale();
    }
  }

  @Test
  void killed_oneTenAndFiftyOfAHundred_costOneLeaseEach() {
    try (FaultRig rig = rig("host")) {
      List<RoleProcess> victims =
          List.of(
              rig.startDevices("a", 1, TTL),
              rig.startDevices("b", 10, TTL),
              rig.startDevices("c", 50, TTL));
      RoleProcess survivors = rig.devices("d", 39, UNHARMED_TTL);
      victims.forEach(FaultRig::awaitUp);
      for (RoleProcess victim : victims) {
        rig.kill(victim);
        Leases leases = rig.leases(victim.what());
        Answered begin = await(rig.begin());

        requireWaitedFor(leases, begin);
        assertThat(begin.with(Outcome.EXPIRED)).hasSameElementsAs(leases.sessionIds());
        // However many there are: one lease, one guard.
        assertThat(begin.took()).isLessThan(TTL.plus(TTL.dividedBy(GUARD_DIVISOR)).plus(SLACK));
      }
      awaitReads(survivors);
      assertThat(events(survivors, "fenced")).isZero();
      rig.requireNothingStale();
    }
  }

  @Test
  void stopped_inOneSpace_beginsOfAnotherGoOn() {
    try (FaultRig stuck = rig("stuck");
        FaultRig other = rig("other")) {
      RoleProcess victim = stuck.startDevices("victim", 1, LONG_TTL);
      RoleProcess device = other.devices("device", 1, UNHARMED_TTL);
      awaitUp(victim);
      victim.freeze();
      CompletableFuture<Answered> waits = stuck.begin();
      for (int i = 0; i < 20; i++) {
        assertThat(await(other.begin()).fanOut().notAcked()).isEmpty();
      }
      assertThat(waits).as("begin in the space of the stopped device").isNotDone();
      assertThat(await(waits).with(Outcome.EXPIRED)).hasSize(1);
      victim.unfreeze();
      awaitReads(victim);
      awaitReads(device);
      assertThat(events(device, "fenced")).isZero();
      stuck.requireNothingStale();
      other.requireNothingStale();
    }
  }
}
