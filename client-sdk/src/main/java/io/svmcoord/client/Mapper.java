package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * read_begin and read_retry by call, for clients that validate page lists and subscribe to nothing.
 *
 * <p>An answer is true at one instant at the coordinator, and says nothing of the time after it: to
 * go on using pages, be a device (race R3). Thread-safe.
 */
public interface Mapper {
  /** Address space. */
  long spaceId();

  /**
   * Blocks until no running invalidation overlaps any of the ranges, and, after a restart of the
   * coordinator, until its grace is over.
   *
   * @param ranges 1 to 256, page aligned, validated as a unit (race R18)
   * @throws TimedOutException if that takes longer than the timeout
   * @throws NotFoundException if there is no such space
   */
  Token readBegin(Collection<AddressRange> ranges, Duration timeout);

  /**
   * As {@link #readBegin(Collection, Duration)}, and reserves the pages: new blockable begins that
   * overlap them wait until {@link #readRetry} is asked with this token, and no longer than the
   * reservation. For readers that have retried often. It makes a retry unlikely, no more: begins
   * that may not block, or that waited for long enough for others, don't wait.
   *
   * <p>The host pays: don't do between the two calls what needs a begin of the same pages, such as
   * a fault that migrates them back. It would wait for the reservation to end.
   *
   * @param reservation 1 ms to 1 min in whole milliseconds, cut to the coordinator's bound; zero
   *     for none
   */
  Token readBegin(Collection<AddressRange> ranges, Duration timeout, Duration reservation);

  /** As {@link #readBegin(Collection, Duration)}, without blocking. */
  CompletableFuture<Token> readBeginAsync(Collection<AddressRange> ranges, Duration timeout);

  /** As {@link #readBegin(Collection, Duration, Duration)}, without blocking. */
  CompletableFuture<Token> readBeginAsync(
      Collection<AddressRange> ranges, Duration timeout, Duration reservation);

  /**
   * Whether an invalidation that overlaps any of the ranges began since the token, or the token is
   * dead. Blocks for one round trip.
   *
   * @param ranges 1 to 256, each within those of the token
   */
  RetryResult readRetry(Token token, Collection<AddressRange> ranges);

  /** As {@link #readRetry}, without blocking. */
  CompletableFuture<RetryResult> readRetryAsync(Token token, Collection<AddressRange> ranges);

  /**
   * Whether it is known already that {@link #readRetry} would say to retry: a hint for long
   * collections, to give up early. True is certain; false promises nothing. Unlike {@code
   * readRetry} it leaves a reservation of the token as it is. Blocks for one round trip.
   *
   * @param ranges 1 to 256, each within those of the token
   */
  boolean checkRetry(Token token, Collection<AddressRange> ranges);

  /**
   * The loop of every mapper: read_begin, collect, read_retry, again if need be. Blocks until a
   * result was right at the instant of its read_retry.
   *
   * @param ranges 1 to 256, page aligned, validated as a unit (race R18)
   * @param collect collects what is to be validated, of these ranges alone; runs once for each try
   * @throws TimedOutException if the options' timeout passes first
   * @throws NotFoundException if there is no such space
   * @throws java.util.concurrent.CompletionException if {@code collect} throws a checked exception;
   *     unchecked ones come through as they are
   */
  <T> T read(Collection<AddressRange> ranges, ReadOptions options, Callable<T> collect);
}
