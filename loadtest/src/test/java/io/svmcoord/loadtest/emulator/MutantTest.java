package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.Mutants;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Leaves out each of the four rules of a mirror, brings the race that the rule is there for about,
 * and has the judge find the stale page. Each race is run against the unchanged device too, so that
 * it is the rule that makes the difference.
 */
@Timeout(120)
class MutantTest {
  @Test
  void correctDevice_changeBetweenListAndInstall_noStalePage() throws InterruptedException {
    assertThat(staleAfterChangeBetweenListAndInstall(Mutants.none())).isZero();
  }

  @Test
  void readRetrySkipped_changeBetweenListAndInstall_stalePage() throws InterruptedException {
    assertThat(staleAfterChangeBetweenListAndInstall(Mutants.readRetrySkipped())).isEqualTo(1);
  }

  @Test
  void raisingOnlyWhenMapped_changeBetweenListAndInstall_stalePage() throws InterruptedException {
    AtomicReference<RaceRig> rig = new AtomicReference<>();
    Predicate<AddressRanges> isMapped = ranges -> rig.get().isMapped(ranges);

    try (RaceRig made = new RaceRig(Mutants.raisingOnlyWhenMapped(isMapped))) {
      rig.set(made);
      assertThat(staleAfterChangeBetweenListAndInstall(made)).isEqualTo(1);
    }
  }

  @Test
  void correctDevice_faultDuringInvalidation_waitsAndNoStalePage() throws InterruptedException {
    assertThat(staleAfterFaultDuringInvalidation(Mutants.none())).isZero();
  }

  @Test
  void notWaitingForEnd_faultDuringInvalidation_stalePage() throws InterruptedException {
    assertThat(staleAfterFaultDuringInvalidation(Mutants.notWaitingForEnd())).isEqualTo(1);
  }

  @Test
  void correctDevice_readAfterBegin_noStalePage() {
    try (RaceRig rig = new RaceRig(Mutants.none())) {
      rig.read();
      rig.migrate();
      // The first finds nothing mapped and faults.
      rig.read();
      rig.read();

      assertThat(rig.reads().checked()).isEqualTo(1);
      assertThat(rig.reads().stale()).isZero();
    }
  }

  @Test
  void ackBeforeTearDown_readAfterBegin_stalePage() {
    CountDownLatch tearDown = new CountDownLatch(1);
    Runnable slowness = () -> PausedSource.Latches.await(tearDown);
    try (RaceRig rig = new RaceRig(Mutants.ackBeforeTearDown(slowness))) {
      rig.read();
      rig.migrate();
      rig.read();

      assertThat(rig.reads().checked()).isEqualTo(1);
      assertThat(rig.reads().stale()).isEqualTo(1);
      tearDown.countDown();
    }
  }

  private static long staleAfterChangeBetweenListAndInstall(UnaryOperator<DeviceOptions> rules)
      throws InterruptedException {
    try (RaceRig rig = new RaceRig(rules)) {
      return staleAfterChangeBetweenListAndInstall(rig);
    }
  }

  private static long staleAfterChangeBetweenListAndInstall(RaceRig rig)
      throws InterruptedException {
    rig.source().holdNext();
    CompletableFuture<Void> fault = rig.readAsync();
    rig.source().awaitListed();
    rig.migrate();
    rig.source().resume();
    RaceRig.join(fault);

    rig.read();
    assertThat(rig.reads().checked()).isEqualTo(1);
    return rig.reads().stale();
  }

  private static long staleAfterFaultDuringInvalidation(UnaryOperator<DeviceOptions> rules)
      throws InterruptedException {
    try (RaceRig rig = new RaceRig(rules)) {
      // Present at the host, so that the list has something that will change.
      rig.read();
      Invalidation invalidation = rig.begin();
      CompletableFuture<Void> fault = rig.readAsync();
      await()
          .atMost(Duration.ofSeconds(PausedSource.Latches.TIMEOUT_SECONDS))
          .until(() -> fault.isDone() || rig.waits() > 0);
      rig.changePage();
      assertThat(invalidation.end().forceEnded()).isFalse();
      RaceRig.join(fault);

      rig.read();
      assertThat(rig.reads().checked()).isEqualTo(1);
      return rig.reads().stale();
    }
  }
}
