package io.svmcoord.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * One invalidation on its way through the mirrors of a device: start all, then wait for all.
 * Confined to the session's mailbox, but for what {@link #stopped} runs.
 */
final class HandlerRun {
  private static final CompletableFuture<Void> STOPPED = CompletableFuture.completedFuture(null);

  private final List<MirrorCore> mirrors;
  private final Function<MirrorCore, TearDown> firstPhase;
  private final boolean nonBlockable;
  private final Optional<Executor> parallel;
  private CompletableFuture<Void> stopped = STOPPED;
  private Optional<MirrorCore> refuser = Optional.empty();

  /**
   * Not started yet.
   *
   * @param parallel where the mirrors' handlers may run at the same time, if they may; a
   *     non-blockable one runs on the thread that has taken all locks
   */
  HandlerRun(List<MirrorCore> mirrors, InvalidationNotice notice, Optional<Executor> parallel) {
    this(mirrors, mirror -> invalidate(mirror, notice), notice.nonBlockable(), parallel);
  }

  private static TearDown invalidate(MirrorCore mirror, InvalidationNotice notice) {
    return mirror.invalidate(notice);
  }

  /** As the other, for what is not one invalidation. */
  HandlerRun(
      List<MirrorCore> mirrors,
      Function<MirrorCore, TearDown> firstPhase,
      boolean nonBlockable,
      Optional<Executor> parallel) {
    this.mirrors = mirrors;
    this.firstPhase = firstPhase;
    this.nonBlockable = nonBlockable;
    this.parallel = parallel.filter(each -> mirrors.size() > 1 && !nonBlockable);
  }

  /** Runs every first phase; returns when all have returned. Throws what one of them threw. */
  void start() {
    List<CompletableFuture<?>> waits = new ArrayList<>(mirrors.size());
    if (parallel.isPresent()) {
      startInParallel(parallel.get()).forEach(each -> add(each, waits));
    } else {
      for (MirrorCore mirror : mirrors) {
        TearDown each = firstPhase.apply(mirror);
        if (nonBlockable && !(each instanceof TearDown.Done)) {
          refuser = Optional.of(mirror);
          return;
        }
        add(each, waits);
      }
    }
    if (!waits.isEmpty()) {
      stopped = CompletableFuture.allOf(waits.toArray(CompletableFuture<?>[]::new));
    }
  }

  /**
   * On threads of the SDK's own: the mailbox waits, and the user's executor may have one thread.
   */
  private List<TearDown> startInParallel(Executor background) {
    List<CompletableFuture<TearDown>> started =
        mirrors.stream()
            .map(
                mirror -> CompletableFuture.supplyAsync(() -> firstPhase.apply(mirror), background))
            .toList();
    try {
      CompletableFuture.allOf(started.toArray(CompletableFuture<?>[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    return started.stream().map(CompletableFuture::join).toList();
  }

  private static void add(TearDown each, List<CompletableFuture<?>> waits) {
    if (each instanceof TearDown.Pending pending) {
      waits.add(pending.stopped().toCompletableFuture());
    }
  }

  /** Completes when the device has stopped; complete before {@link #start}. */
  CompletableFuture<Void> stopped() {
    return stopped;
  }

  /** The mirror that would have had to wait for a non-blockable invalidation. */
  Optional<MirrorCore> refuser() {
    return refuser;
  }
}
