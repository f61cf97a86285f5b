package io.svmcoord.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The connection that the streams of a client share, and when to leave it for another one.
 *
 * <p>A connection may lead nowhere though nothing says so: a machine that lost its power sends no
 * reset, and TCP takes a quarter of an hour to find out. A stream that misses an answer suspects
 * its connection. But an answer may also be late because the coordinator has too much to do, when a
 * thousand sessions come back at once, say; a thousand that each leave for a connection of their
 * own would give it more. So a connection on which anybody heard anything meanwhile is not left,
 * and no connection is left twice.
 *
 * <p>gRPC does not tell on which connection a stream is: what counts is which was in use when it
 * was started, so a stream that was started while another left may suspect the wrong one. Its next
 * attempt gets the connection after that. Thread-safe, never blocks.
 */
final class SharedConnection {
  private final ManagedChannel channel;
  private final ClientEnvironment environment;
  private final AtomicReference<Line> line = new AtomicReference<>(new Line());

  SharedConnection(ManagedChannel channel, ClientEnvironment environment) {
    this.channel = channel;
    this.environment = environment;
  }

  /** One connection, from when the one before was left. */
  static final class Line {
    /** The first is meaningless until the second is set. */
    private volatile long heardNanos;

    private volatile boolean isHeard;

    private boolean wasHeardSince(long nanos) {
      return isHeard && heardNanos - nanos >= 0;
    }
  }

  /** The one that streams get that are started now. */
  Line line() {
    return line.get();
  }

  /** The coordinator said something. */
  void heard(Line from) {
    from.heardNanos = environment.nanos();
    from.isHeard = true;
  }

  /**
   * A stream had no answer in time: what comes next gets another connection, unless others were
   * answered in that time; what runs stays where it is.
   *
   * @param suspected the stream's
   * @param silentNanos for how long it has waited
   */
  void leave(Line suspected, long silentNanos) {
    if (!suspected.wasHeardSince(environment.nanos() - silentNanos)
        && line.compareAndSet(suspected, new Line())) {
      channel.enterIdle();
    }
  }

  /**
   * The next call connects at once if the last attempt failed. gRPC's own back-off after a failure
   * may outlast a lease, and fails calls in the meantime; sessions have one of their own, shorter
   * and with jitter.
   */
  void connectAtOnce() {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      // Not resetConnectBackoff: calls would still fail until the connection is there.
      channel.enterIdle();
    }
  }
}
