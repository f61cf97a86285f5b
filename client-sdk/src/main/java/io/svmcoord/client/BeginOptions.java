package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How to begin an invalidation. Immutable.
 *
 * @param blockable whether devices may make the begin wait; if not, a device that can't answer at
 *     once makes it fail with {@link WouldBlockException}
 * @param ackDeadline time that devices have for their ack before they are evicted, 1 ms to 60 s;
 *     not used when non-blockable
 * @param owner device session that drives the change and is not sent the event; only for {@link
 *     Event#MIGRATE} and {@link Event#EXCLUSIVE}
 * @param requestId at most 64 characters, unique among the host's begins: repeating a begin with
 *     the same id joins the first one, and whoever gets an answer gets the same {@link
 *     Invalidation}, which one end ends; empty: never repeated
 * @param timeout how long the caller waits before the begin is taken back; the coordinator itself
 *     needs at most ack deadline + lease + guard, and the coordinator's bound on what readers that
 *     reserve may postpone it by
 */
public record BeginOptions(
    boolean blockable,
    Duration ackDeadline,
    Optional<DeviceSession> owner,
    String requestId,
    Duration timeout) {
  private static final int REQUEST_ID_CHARS_MAX = 64;
  private static final Duration ACK_DEADLINE_MAX = Duration.ofSeconds(60);

  /** Blockable, ack deadline 1 s, no owner, never repeated, taken back after 90 s. */
  public static final BeginOptions DEFAULT =
      new BeginOptions(true, Duration.ofSeconds(1), Optional.empty(), "", Duration.ofSeconds(90));

  /** Validates deadline, id and timeout. */
  public BeginOptions {
    requireNonNull(owner, "owner");
    if (ackDeadline.toMillis() < 1 || ackDeadline.compareTo(ACK_DEADLINE_MAX) > 0) {
      throw new IllegalArgumentException(
          "ackDeadline: %s (expected: 1 ms to 60 s)".formatted(ackDeadline));
    }
    if (requestId.length() > REQUEST_ID_CHARS_MAX) {
      throw new IllegalArgumentException(
          "requestId: %d characters (expected: at most 64)".formatted(requestId.length()));
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout: %s (expected: above 0)".formatted(timeout));
    }
  }

  /** The same, but no device may make it wait. */
  public BeginOptions nonBlockable() {
    return new BeginOptions(false, ackDeadline, owner, requestId, timeout);
  }

  /** The same with another ack deadline. */
  public BeginOptions withAckDeadline(Duration deadline) {
    return new BeginOptions(blockable, deadline, owner, requestId, timeout);
  }

  /** The same, driven by a device. */
  public BeginOptions withOwner(DeviceSession device) {
    return new BeginOptions(blockable, ackDeadline, Optional.of(device), requestId, timeout);
  }

  /** The same with a request id. */
  public BeginOptions withRequestId(String id) {
    return new BeginOptions(blockable, ackDeadline, owner, id, timeout);
  }

  /** The same with another timeout. */
  public BeginOptions withTimeout(Duration limit) {
    return new BeginOptions(blockable, ackDeadline, owner, requestId, limit);
  }
}
