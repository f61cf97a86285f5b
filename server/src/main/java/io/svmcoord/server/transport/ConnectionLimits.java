package io.svmcoord.server.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.svmcoord.server.service.ConnectionCounts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how many connections there are: it sees each as soon as it is accepted, and closes one too
 * many before anything is read or kept of it. Its client finds the coordinator unavailable and
 * tries again later. Shared by all listeners of a server. Thread-safe.
 */
@Sharable
public final class ConnectionLimits extends ChannelInboundHandlerAdapter
    implements ConnectionCounts {
  private static final Logger log = LoggerFactory.getLogger(ConnectionLimits.class);

  /** A flood of connections must not become one of lines. */
  private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final int max;
  private final int maxOfAddress;
  private final LongSupplier nanoTime;

  @GuardedBy("this")
  private final Map<InetAddress, Integer> openOfAddress = new HashMap<>();

  @GuardedBy("this")
  private int open;

  @GuardedBy("this")
  private long refused;

  @GuardedBy("this")
  private long refusedOfAddress;

  @GuardedBy("this")
  private boolean hasLogged;

  @GuardedBy("this")
  private long loggedNanos;

  /**
   * No connection yet.
   *
   * @param max connections at the same time
   * @param maxOfAddress of them of one network address; those of a Unix domain socket have none
   * @param nanoTime the clock
   */
  public ConnectionLimits(int max, int maxOfAddress, LongSupplier nanoTime) {
    this.max = max;
    this.maxOfAddress = maxOfAddress;
    this.nanoTime = nanoTime;
  }

  @Override
  public void channelRead(ChannelHandlerContext listener, Object accepted) {
    Channel connection = (Channel) accepted;
    InetAddress address =
        connection.remoteAddress() instanceof InetSocketAddress inet ? inet.getAddress() : null;
    if (!admits(address)) {
      // It belongs to no event loop yet, so there is nobody to close it in turn.
      connection.unsafe().closeForcibly();
      return;
    }
    connection.closeFuture().addListener(closed -> closed(address));
    listener.fireChannelRead(connection);
  }

  private synchronized boolean admits(@Nullable InetAddress address) {
    if (open >= max) {
      refused++;
      tell("limits.connections", max, address);
      return false;
    }
    if (address != null && openOfAddress.getOrDefault(address, 0) >= maxOfAddress) {
      refusedOfAddress++;
      tell("limits.connections-per-address", maxOfAddress, address);
      return false;
    }
    open++;
    if (address != null) {
      openOfAddress.merge(address, 1, Integer::sum);
    }
    return true;
  }

  @GuardedBy("this")
  private void tell(String limit, int value, @Nullable InetAddress address) {
    long now = nanoTime.getAsLong();
    if (hasLogged && now - loggedNanos < LOG_INTERVAL_NANOS) {
      return;
    }
    hasLogged = true;
    loggedNanos = now;
    log.warn(
        "{}: {} is reached, a connection of {} was closed; {} were since the start",
        limit,
        value,
        address == null ? "a Unix domain socket" : address.getHostAddress(),
        refused + refusedOfAddress);
  }

  private synchronized void closed(@Nullable InetAddress address) {
    open--;
    if (address != null) {
      openOfAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  @Override
  public synchronized int open() {
    return open;
  }

  @Override
  public synchronized long refused() {
    return refused;
  }

  @Override
  public synchronized long refusedOfAddress() {
    return refusedOfAddress;
  }
}
