package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.fault.LinkFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Which faults happen when. Pure: the same options give the same steps.
 *
 * <p>Every few seconds one fault strikes one victim that is not in trouble already; several victims
 * may be in trouble at once, and everybody is out of it when the duration is over. Times are chosen
 * around the time to live, where leases are decided: a little shorter, a little longer, much
 * longer.
 */
final class ChaosSchedule {
  private static final Duration GAP_MIN = Duration.ofMillis(500);
  private static final Duration GAP_MAX = Duration.ofMillis(3_500);

  /** Pauses in tenths of the time to live: just within the lease, just past it, far past it. */
  private static final int[] FREEZE_TENTHS = {9, 11, 50};

  /** Times that a link stays bad, in tenths of the time to live. */
  private static final int[] BAD_LINK_TENTHS = {3, 8, 11, 25};

  private static final long BYTES_UNTIL_CUT_MAX = 64 * 1024;

  /** Shares of the victims, of 100; the rest are processes of devices. */
  private static final int COORDINATOR_PERCENT = 10;

  private static final int HOST_PERCENT = 12;
  private static final int MAPPERS_PERCENT = 6;

  private final ChaosOptions options;
  private final SplittableRandom random;
  private final Map<Victim, Duration> freeFrom = new HashMap<>();

  private ChaosSchedule(ChaosOptions options) {
    this.options = options;
    this.random = new SplittableRandom(options.seed());
  }

  /** The steps in the order of their times. */
  static List<ChaosStep> of(ChaosOptions options) {
    return new ChaosSchedule(options).steps();
  }

  private List<ChaosStep> steps() {
    List<ChaosStep> steps = new ArrayList<>();
    Duration at = gap();
    while (at.compareTo(options.duration()) < 0) {
      step(at).ifPresent(steps::add);
      at = at.plus(gap());
    }
    return List.copyOf(steps);
  }

  private Optional<ChaosStep> step(Duration at) {
    Victim victim = victim();
    ChaosStep step = new ChaosStep(at, victim, fault(victim));
    boolean isFree = freeFrom.getOrDefault(victim, Duration.ZERO).compareTo(at) <= 0;
    if (!isFree || step.end().compareTo(options.duration()) > 0) {
      return Optional.empty();
    }
    // One that was just healed gets a lease's time to find back.
    freeFrom.put(victim, step.end().plus(options.ttl()));
    return Optional.of(step);
  }

  private Victim victim() {
    int percent = random.nextInt(100);
    if (percent < COORDINATOR_PERCENT) {
      return Victim.COORDINATOR;
    }
    if (percent < COORDINATOR_PERCENT + HOST_PERCENT) {
      return Victim.HOST;
    }
    if (percent < COORDINATOR_PERCENT + HOST_PERCENT + MAPPERS_PERCENT && options.mappers() > 0) {
      return Victim.MAPPERS;
    }
    return Victim.devices(random.nextInt(options.deviceProcesses()));
  }

  private Fault fault(Victim victim) {
    return switch (victim.role()) {
      case COORDINATOR ->
          random.nextBoolean()
              ? new Fault.Freeze(tenths(FREEZE_TENTHS))
              : new Fault.Kill(millis(100, options.ttl().toMillis()));
      // The host owns the memory: killing it would end the run, not a session.
      case HOST -> random.nextInt(3) == 0 ? new Fault.Freeze(tenths(FREEZE_TENTHS)) : link();
      case DEVICES, MAPPERS ->
          switch (random.nextInt(4)) {
            case 0 -> new Fault.Kill(millis(100, options.ttl().toMillis()));
            case 1 -> new Fault.Freeze(tenths(FREEZE_TENTHS));
            default -> link();
          };
    };
  }

  private Fault link() {
    Duration length = tenths(BAD_LINK_TENTHS);
    LinkFaults good = LinkFaults.NONE;
    return switch (random.nextInt(8)) {
      case 0 -> new Fault.Cut();
      case 1 -> new Fault.Refuse(length);
      case 2 -> new Fault.BadLink(good.silent(), good.silent(), "silent both ways", length);
      case 3 -> new Fault.BadLink(good.silent(), good, "silent to the coordinator", length);
      case 4 -> new Fault.BadLink(good, good.silent(), "silent from the coordinator", length);
      case 5 -> {
        Duration delay = millis(5, options.ttl().toMillis() / 4);
        LinkFaults slow = good.withDelay(delay);
        yield new Fault.BadLink(slow, slow, "delayed by " + delay.toMillis() + " ms", length);
      }
      case 6 -> {
        long rate = random.nextLong(2_000, 200_000);
        LinkFaults narrow = good.withBytesPerSecond(rate);
        yield new Fault.BadLink(narrow, narrow, "at " + rate + " bytes/s", length);
      }
      default -> {
        LinkFaults brief = good.withBytesUntilCut(random.nextLong(BYTES_UNTIL_CUT_MAX));
        yield new Fault.BadLink(
            brief, brief, "cut after " + brief.bytesUntilCut() + " bytes", length);
      }
    };
  }

  private Duration tenths(int[] choices) {
    return options.ttl().multipliedBy(choices[random.nextInt(choices.length)]).dividedBy(10);
  }

  private Duration gap() {
    return millis(GAP_MIN.toMillis(), GAP_MAX.toMillis());
  }

  private Duration millis(long first, long last) {
    return Duration.ofMillis(random.nextLong(first, last + 1));
  }
}
