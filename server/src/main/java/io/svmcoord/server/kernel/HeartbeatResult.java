package io.svmcoord.server.kernel;

/** What became of a heartbeat. */
public sealed interface HeartbeatResult {
  /**
   * The lease was renewed.
   *
   * @param ttlNanos its time to live, for the client from when it sent the heartbeat
   */
  record Renewed(long ttlNanos) implements HeartbeatResult {}

  /**
   * The lease was not renewed and never will be.
   *
   * @param reason why
   */
  record Over(Refusal reason) implements HeartbeatResult {}
}
