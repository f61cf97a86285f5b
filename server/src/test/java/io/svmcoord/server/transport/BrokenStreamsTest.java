package io.svmcoord.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of gRPC's warnings about streams. */
class BrokenStreamsTest {
  private static final Logger GRPC = Logger.getLogger("io.grpc.netty.NettyServerHandler");

  private final List<LogRecord> published = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord event) {
          published.add(event);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    BrokenStreams.install();
    BrokenStreams.install();
    GRPC.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    GRPC.removeHandler(handler);
  }

  private static Http2Exception broken(Http2Error error) {
    return Http2Exception.streamError(7, error, "Stream closed before write could take place");
  }

  @Test
  void connectionEndedDuringAWrite_isNotReported() {
    GRPC.log(Level.WARNING, "Stream Error", broken(Http2Error.STREAM_CLOSED));

    assertThat(published).isEmpty();
  }

  @Test
  void anyOtherError_isReported() {
    GRPC.log(Level.WARNING, "Stream Error", broken(Http2Error.INTERNAL_ERROR));
    GRPC.log(Level.WARNING, "Stream Error", new IllegalStateException("a mistake"));
    GRPC.log(
        Level.WARNING,
        "Connection Error",
        Http2Exception.connectionError(Http2Error.STREAM_CLOSED, "a mistake of the peer"));
    GRPC.warning("no throwable");

    assertThat(published).hasSize(4);
  }

  @Test
  void filterBeforeIt_stillDecidesAboutTheRest() {
    BrokenStreams filter = new BrokenStreams(event -> event.getLevel().equals(Level.SEVERE));

    assertThat(filter.isLoggable(new LogRecord(Level.WARNING, "left out"))).isFalse();
    assertThat(filter.isLoggable(new LogRecord(Level.SEVERE, "kept"))).isTrue();
  }
}
