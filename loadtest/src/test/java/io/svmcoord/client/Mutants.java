package io.svmcoord.client;

import io.svmcoord.range.AddressRanges;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Devices that leave out one of the rules by which a mirror is sound. For tests that show that the
 * judge of page reads notices; the product has no such switch.
 */
public final class Mutants {
  private Mutants() {}

  /** The device as it is. */
  public static UnaryOperator<DeviceOptions> none() {
    return UnaryOperator.identity();
  }

  /** Installs what it fetched without asking whether it has changed meanwhile (races R3, R8). */
  public static UnaryOperator<DeviceOptions> readRetrySkipped() {
    return with(
        new MirrorRules() {
          @Override
          RetryResult readRetry(MirrorState state, LocalToken token, AddressRanges ranges) {
            return RetryResult.VALID;
          }
        });
  }

  /**
   * Says that it has stopped using the pages before it has.
   *
   * @param between what happens after the ack and before the teardown
   */
  public static UnaryOperator<DeviceOptions> ackBeforeTearDown(Runnable between) {
    return with(
        new MirrorRules() {
          @Override
          void tearDownThenAck(Runnable tearDown, Runnable ack) {
            ack.run();
            between.run();
            tearDown.run();
          }
        });
  }

  /** Faults while an invalidation of the pages runs (race R1). */
  public static UnaryOperator<DeviceOptions> notWaitingForEnd() {
    return with(
        new MirrorRules() {
          @Override
          boolean waitsForEnd(MirrorState state, AddressRanges ranges) {
            return false;
          }
        });
  }

  /** Raises the processed sequence only if it had something mapped there (race R2). */
  public static UnaryOperator<DeviceOptions> raisingOnlyWhenMapped(
      Predicate<AddressRanges> isMapped) {
    return with(
        new MirrorRules() {
          @Override
          void raiseProcessed(MirrorState state, AddressRanges ranges) {
            if (isMapped.test(ranges)) {
              super.raiseProcessed(state, ranges);
            }
          }
        });
  }

  private static UnaryOperator<DeviceOptions> with(MirrorRules rules) {
    return options -> options.withRules(rules);
  }
}
