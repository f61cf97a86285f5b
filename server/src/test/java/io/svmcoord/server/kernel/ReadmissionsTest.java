package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who was evicted has to stay away longer and longer: the rule, its bound, and what opens meet. */
final class ReadmissionsTest {
  private static final long MILLI = 1_000_000;
  private static final ReadmissionConfig CONFIG = ReadmissionConfig.DEFAULTS;
  private static final int CLIENTS_MAX = 3;

  private final Readmissions readmissions = new Readmissions(CONFIG, CLIENTS_MAX);

  private static SessionRequest request(String name, String peer) {
    return new SessionRequest(name, "1", Peer.of(peer), 0, null);
  }

  private static SessionRequest request(String name) {
    return request(name, "10.0.0.1:4711");
  }

  private long delay(long now, SessionRequest request) {
    return switch (readmissions.refusal(now, request)) {
      case null -> 0;
      case Refusal.ReadmissionDelayed(int _, long left) -> left;
      case Refusal other -> throw new AssertionError(other.message());
    };
  }

  private void evict(long now, SessionRequest request) {
    readmissions.evicted(now, request, EndCause.ACK_DEADLINE_MISSED);
  }

  @Test
  void refusal_evictedAgainAndAgain_firstIsFreeThenDoublesToTheLimit() {
    SessionRequest bad = request("bad");
    long now = Long.MAX_VALUE - 5 * MILLI; // About to wrap.
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      evict(now, bad);
      delays.add(delay(now, bad) / MILLI);
      now += delay(now, bad);
      assertThat(delay(now - 1, bad)).isLessThanOrEqualTo(1);
      assertThat(delay(now, bad)).as("may come back now").isZero();
    }
    assertThat(delays)
        .containsExactly(
            0L, 100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L, 10_000L, 10_000L);
  }

  @Test
  void refusal_saysHowOftenAndWhen() {
    evict(0, request("bad"));
    evict(0, request("bad"));

    assertThat(readmissions.refusal(40 * MILLI, request("bad")))
        .isEqualTo(new Refusal.ReadmissionDelayed(2, 60 * MILLI));
  }

  @Test
  void refusal_longWithoutEviction_beginsAfresh() {
    for (int i = 0; i < 5; i++) {
      evict(0, request("bad"));
    }
    assertThat(readmissions.clients(CONFIG.forgetAfterNanos() - 1)).isEqualTo(1);

    evict(CONFIG.forgetAfterNanos(), request("bad"));

    assertThat(delay(CONFIG.forgetAfterNanos(), request("bad"))).isZero();
    assertThat(readmissions.clients(2 * CONFIG.forgetAfterNanos())).isZero();
  }

  @Test
  void refusal_otherNameOrAddress_isNotConcernedAndThePortIsNoPartOfIt() {
    evict(0, request("bad", "10.0.0.1:1"));
    evict(0, request("bad", "10.0.0.1:2"));

    assertThat(delay(0, request("bad", "10.0.0.1:3"))).isEqualTo(100 * MILLI);
    assertThat(delay(0, request("good", "10.0.0.1:3"))).isZero();
    assertThat(delay(0, request("bad", "10.0.0.2:1"))).isZero();
  }

  @Test
  void evicted_byAnOperator_doesNotCount() {
    for (int i = 0; i < 5; i++) {
      readmissions.evicted(0, request("d"), EndCause.OPERATOR);
    }

    assertThat(readmissions.clients(0)).isZero();
    assertThat(delay(0, request("d"))).isZero();
  }

  @Test
  void refusal_delayFirstOfZero_isNever() {
    Readmissions off = new Readmissions(new ReadmissionConfig(0, 0, 1), CLIENTS_MAX);
    for (int i = 0; i < 80; i++) {
      off.evicted(0, request("d"), EndCause.HANDLER_FAILED);
    }

    assertThat(off.refusal(0, request("d"))).isNull();
  }

  @Test
  void config_outOfOrder_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReadmissionConfig(2, 1, 3))
        .withMessage("delayFirstNanos: 2 (expected: 0 to delayMaxNanos 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReadmissionConfig(1, 4, 3))
        .withMessage("forgetAfterNanos: 3 (expected: at least delayMaxNanos 4)");
  }

  /** One client as the rule says it, found by looking at all of them. */
  private static final class Naive {
    int evictions;
    long last;

    @Nullable Refusal refusal(long now) {
      double delay = evictions == 1 ? 0 : Math.min(1e10, 1e8 * Math.pow(2, evictions - 2));
      long left = (long) delay - (now - last);
      return left <= 0 ? null : new Refusal.ReadmissionDelayed(evictions, left);
    }
  }

  @Test
  void refusal_randomHistories_sameAsTheRuleWithinTheBound() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      Readmissions real = new Readmissions(CONFIG, CLIENTS_MAX);
      Map<String, Naive> naive = new HashMap<>();
      long now = random.nextLong();
      for (int step = 0; step < 300; step++) {
        now += 1 + random.nextLong(random.nextInt(20) == 0 ? 40_000 * MILLI : 1_000 * MILLI);
        long at = now;
        naive.values().removeIf(one -> at - one.last >= CONFIG.forgetAfterNanos());
        String name = "d" + random.nextInt(5);
        if (random.nextBoolean()) {
          real.evicted(now, request(name), EndCause.SLOW_CONSUMER);
          Naive one = naive.computeIfAbsent(name, _ -> new Naive());
          one.evictions++;
          one.last = now;
          if (naive.size() > CLIENTS_MAX) {
            naive.values().remove(oldest(naive, now));
          }
        }
        Naive one = naive.get(name);
        assertThat(real.refusal(now, request(name)))
            .as("seed %d step %d", seed, step)
            .isEqualTo(one == null ? null : one.refusal(now));
        assertThat(real.clients(now)).isEqualTo(naive.size());
      }
    }
  }

  private static Naive oldest(Map<String, Naive> naive, long now) {
    return naive.values().stream()
        .max(Comparator.comparingLong(one -> now - one.last))
        .orElseThrow();
  }
}
