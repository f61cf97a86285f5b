package io.svmcoord.server.service;

import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.kernel.Refusal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Bounds of what the services remember. Immutable.
 *
 * @param mergeBytes bytes that may wait for one stream before events are merged
 * @param mergeNotices notices that may wait for one stream before events are merged
 * @param outboundBytesMax bytes that may wait for one stream
 * @param outboundNoticesMax notices that may wait for one stream
 * @param waitingBeginsMax begins of one host stream that wait for their answer
 * @param waitingCallsMax calls of one connection that wait for their answer
 * @param membersMax members of one gateway
 * @param gatewayMessageBytesMax bytes that one message of a gateway may stand for
 * @param messageBytesMax bytes of one message of a client
 * @param requestIdsMax begins remembered by request id
 * @param requestIdAge how long they are remembered after the last use
 */
public record ServiceLimits(
    int mergeBytes,
    int mergeNotices,
    int outboundBytesMax,
    int outboundNoticesMax,
    int waitingBeginsMax,
    int waitingCallsMax,
    int membersMax,
    int gatewayMessageBytesMax,
    int messageBytesMax,
    int requestIdsMax,
    Duration requestIdAge) {
  private static final long RETRY_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** The services' part of the configured limits. */
  public static ServiceLimits of(ServerConfig config) {
    ServerConfig.Limits limits = config.limits();
    return new ServiceLimits(
        limits.mergeBytesPerSession(),
        limits.mergeNoticesPerSession(),
        limits.outboundBytesPerSession(),
        limits.outboundNoticesPerSession(),
        limits.waitingBeginsPerSession(),
        config.connection().waitingCalls(),
        config.connection().membersPerGateway(),
        config.connection().gatewayMessageBytes(),
        config.connection().inboundMessageBytes(),
        limits.requestIds(),
        limits.requestIdAge());
  }

  /** The refusal of what meets a limit, named as it is configured if it is. */
  static Refusal reached(String name, int max) {
    return new Refusal.LimitReached(name, max, RETRY_AFTER_NANOS);
  }

  /** The refusal of a message that is too large; it is too large later, too. */
  static Refusal messageTooLarge(int bytesMax) {
    return new Refusal.LimitReached("limits.inbound-message-bytes", bytesMax, 0);
  }
}
