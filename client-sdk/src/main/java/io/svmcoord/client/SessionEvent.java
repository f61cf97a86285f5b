package io.svmcoord.client;

import java.time.Duration;

/** News of a session for its {@link SessionListener}. Immutable. */
public sealed interface SessionEvent {
  /**
   * Opened for the first time.
   *
   * @param sessionId its name in listings and outcomes
   */
  record Connected(long sessionId) implements SessionEvent {}

  /**
   * The stream broke, or the coordinator does not answer on it. A device may go on until its lease
   * is over; a host must stop changing pages when its lease is over.
   *
   * @param cause why
   */
  record Suspect(SvmException cause) implements SessionEvent {}

  /**
   * A device's session goes on after it was suspect, with everything it mirrors.
   *
   * @param sessionId its name in listings and outcomes, as before
   */
  record Resumed(long sessionId) implements SessionEvent {}

  /**
   * A device's session goes on, but where it stood in a space could not be told: the mirrors of
   * that space have dropped everything and may be used again.
   *
   * @param spaceId the space
   */
  record Resynced(long spaceId) implements SessionEvent {}

  /**
   * The lease is over or was given up. A device's mirrors have dropped everything.
   *
   * @param cause why
   */
  record Fenced(SvmException cause) implements SessionEvent {}

  /**
   * Opened again as a new session; a device's mirrors are subscribed again and empty.
   *
   * @param sessionId its new name in listings and outcomes
   */
  record Reopened(long sessionId) implements SessionEvent {}

  /**
   * The coordinator is about to stop.
   *
   * @param left time that was left when it said so
   */
  record Draining(Duration left) implements SessionEvent {}

  /**
   * An address space is gone; mirrors of it are closed.
   *
   * @param spaceId the space
   */
  record SpaceReleased(long spaceId) implements SessionEvent {}

  /**
   * A {@link DeviceTable} threw while it tore down; the session fences itself.
   *
   * @param spaceId the space of the mirror
   * @param cause what it threw
   */
  record HandlerFailed(long spaceId, Throwable cause) implements SessionEvent {}

  /** Closed for good by {@code close()}. */
  record Closed() implements SessionEvent {}
}
