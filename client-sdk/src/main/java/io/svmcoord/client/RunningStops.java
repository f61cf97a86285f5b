package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a device has unmapped and may still use: the second phases that are not over. Confined to
 * the mirror's lock; the stages are completed by anybody.
 *
 * <p>An invalidation that finds nothing mapped may still not be acked while a job that began before
 * an earlier one, over the same pages, goes on: each ack waits for every stop that overlaps it.
 */
final class RunningStops {
  /** Most stops of one mirror that run at once. */
  static final int STOPS_MAX = MirrorState.RUNNING_MAX;

  private record Stop(AddressRanges ranges, CompletableFuture<Void> done) {
    /** A failed one is kept: nobody knows what the device still uses. */
    boolean isOver() {
      return done.state() == CompletableFuture.State.SUCCESS;
    }
  }

  private final List<Stop> stops = new ArrayList<>();

  /**
   * A device stops using these ranges when the stage completes.
   *
   * @throws IllegalStateException past {@link #STOPS_MAX}
   */
  void add(AddressRanges ranges, CompletionStage<?> stopped) {
    stops.removeIf(Stop::isOver);
    if (stops.size() >= STOPS_MAX) {
      throw new IllegalStateException(
          "stops: %d (expected: at most %d)".formatted(stops.size() + 1, STOPS_MAX));
    }
    // One of our own, which its user can't complete ahead of time.
    CompletableFuture<Void> done = new CompletableFuture<>();
    var _ =
        stopped.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                done.complete(null);
              } else {
                done.completeExceptionally(failure);
              }
            });
    stops.add(new Stop(ranges, done));
  }

  /** Where the device stands with these ranges. */
  TearDown over(AddressRanges ranges) {
    // Nearly always.
    if (stops.isEmpty()) {
      return TearDown.done();
    }
    CompletableFuture<?>[] waits =
        stops.stream()
            .filter(stop -> !stop.isOver() && stop.ranges.overlaps(ranges))
            .map(Stop::done)
            .toArray(CompletableFuture<?>[]::new);
    return waits.length == 0 ? TearDown.done() : TearDown.when(CompletableFuture.allOf(waits));
  }

  /** Where the device stands with everything. */
  TearDown all() {
    return over(AddressRanges.of(AddressRange.WHOLE));
  }

  /** Everything is about to be dropped: what failed before is part of that. */
  void forgetEnded() {
    stops.removeIf(stop -> stop.done.isDone());
  }
}
