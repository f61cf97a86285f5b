package io.svmcoord.server.kernel;

import java.util.List;

/**
 * What a device says when it carries a session on. Immutable.
 *
 * @param key of the session
 * @param incarnation of the coordinator that opened it
 * @param positions where the device stands in each space, at most 4096
 * @param peer where the client is
 */
public record ResumeRequest(
    SessionKey key, Incarnation incarnation, List<SpacePosition> positions, Peer peer) {
  /** Copies the list. */
  public ResumeRequest {
    positions = List.copyOf(positions);
  }
}
