package io.svmcoord.server.kernel;

import io.svmcoord.range.SequenceMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one address space: what is subscribed, what runs, what began last where.
 *
 * <p>Invariant: {@code lastInvalidated} never holds a sequence above {@code sequence}, and holds
 * that of each begin before anybody is told of it. Confined to the coordinator's thread.
 */
final class AddressSpace {
  final long id;
  final String name;
  final long pageSizeBytes;
  final long epoch;
  final Subscriptions subscriptions = new Subscriptions();
  final RunningInvalidations running = new RunningInvalidations();
  final OverlapIndex<Reservation> reservations = new OverlapIndex<>();
  final SequenceMap lastInvalidated;

  /** The sequence taken last. */
  long sequence;

  int waitingReaders;
  int postponedBegins;

  /** Keeps all of it invalid while the grace is on. */
  @Nullable RunningInvalidation graceHold;

  /** Who waits for the release of the space; nobody, while it is not being released. */
  final List<ReleaseCallback> releaseCallbacks = new ArrayList<>();

  AddressSpace(long id, String name, long pageSizeBytes, long epoch, int sequenceSegmentsMax) {
    this.id = id;
    this.name = name;
    this.pageSizeBytes = pageSizeBytes;
    this.epoch = epoch;
    this.lastInvalidated = new SequenceMap(sequenceSegmentsMax);
  }

  boolean isReleasing() {
    return !releaseCallbacks.isEmpty();
  }

  KnownSpace known() {
    return new KnownSpace(id, name, pageSizeBytes);
  }

  SpaceInfo info() {
    return new SpaceInfo(
        id,
        name,
        pageSizeBytes,
        epoch,
        sequence,
        subscriptions.size(),
        running.size(),
        waitingReaders);
  }
}
