package io.svmcoord.server.service;

import io.svmcoord.server.config.ServerConfig;
import java.time.Duration;

/**
 * Bounds of what the services remember. Immutable.
 *
 * @param outboundBytesMax bytes that may wait for one stream
 * @param outboundNoticesMax notices that may wait for one stream
 * @param requestIdsMax begins remembered by request id
 * @param requestIdAge how long they are remembered after the last use
 */
public record ServiceLimits(
    int outboundBytesMax, int outboundNoticesMax, int requestIdsMax, Duration requestIdAge) {
  /** The services' part of the configured limits. */
  public static ServiceLimits of(ServerConfig.Limits limits) {
    return new ServiceLimits(
        limits.outboundBytesPerSession(),
        limits.outboundNoticesPerSession(),
        limits.requestIds(),
        limits.requestIdAge());
  }
}
