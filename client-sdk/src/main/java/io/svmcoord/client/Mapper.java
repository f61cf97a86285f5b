package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.Collection;
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

  /** As {@link #readBegin}, without blocking. */
  CompletableFuture<Token> readBeginAsync(Collection<AddressRange> ranges, Duration timeout);

  /**
   * Whether an invalidation that overlaps any of the ranges began since the token, or the token is
   * dead. Blocks for one round trip.
   *
   * @param ranges 1 to 256, each within those of the token
   */
  RetryResult readRetry(Token token, Collection<AddressRange> ranges);

  /** As {@link #readRetry}, without blocking. */
  CompletableFuture<RetryResult> readRetryAsync(Token token, Collection<AddressRange> ranges);
}
