package io.svmcoord.server.transport;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in one quiet line what gRPC reports with a warning and a stack trace for each stream: that a
 * connection ended while something was being written to it. Clients come and go, and thousands at
 * once when a network breaks; the sessions' own news and meters tell of it. Everything else that
 * gRPC has to say is left as it is. Thread-safe.
 */
final class BrokenStreams implements Filter {
  private static final Logger log = LoggerFactory.getLogger(BrokenStreams.class);

  /** Kept, because java.util.logging forgets a logger that nobody holds, and its filter with it. */
  private static final java.util.logging.Logger GRPC =
      java.util.logging.Logger.getLogger("io.grpc.netty.NettyServerHandler");

  private final @Nullable Filter next;

  BrokenStreams(@Nullable Filter next) {
    this.next = next;
  }

  /** Has gRPC's log pass here, before what filters it already. Repeating it is harmless. */
  static synchronized void install() {
    Filter present = GRPC.getFilter();
    if (!(present instanceof BrokenStreams)) {
      GRPC.setFilter(new BrokenStreams(present));
    }
  }

  @Override
  public boolean isLoggable(LogRecord event) {
    if (event.getThrown() instanceof Http2Exception.StreamException broken
        && broken.error() == Http2Error.STREAM_CLOSED) {
      log.debug("stream {} ended before what was written to it was sent", broken.streamId());
      return false;
    }
    return next == null || next.isLoggable(event);
  }
}
