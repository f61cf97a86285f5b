package io.svmcoord.server.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.svmcoord.server.config.TransportKind;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What Netty calls the parts of each transport: the one place that tells them apart. Immutable. */
final class SocketTypes {
  private SocketTypes() {}

  /**
   * Checks that a transport can be had.
   *
   * @throws IllegalStateException if it can't, with the cause: a silent fall-back to a slower
   *     transport would only be found by measuring
   */
  static void require(TransportKind kind) {
    Throwable cause = unavailabilityCause(kind);
    if (cause != null) {
      throw new IllegalStateException(
          "transport: %s (expected: one that can be loaded here; nio works everywhere)"
              .formatted(kind),
          cause);
    }
  }

  private static @Nullable Throwable unavailabilityCause(TransportKind kind) {
    return switch (kind) {
      case EPOLL -> Epoll.unavailabilityCause();
      case IO_URING -> IoUring.unavailabilityCause();
      case NIO -> null;
    };
  }

  static IoHandlerFactory handlers(TransportKind kind) {
    return switch (kind) {
      case EPOLL -> EpollIoHandler.newFactory();
      case IO_URING -> IoUringIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  static Class<? extends ServerChannel> tcp(TransportKind kind) {
    return switch (kind) {
      case EPOLL -> EpollServerSocketChannel.class;
      case IO_URING -> IoUringServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
  }

  static Class<? extends ServerChannel> unix(TransportKind kind) {
    return switch (kind) {
      case EPOLL -> EpollServerDomainSocketChannel.class;
      case IO_URING -> IoUringServerDomainSocketChannel.class;
      case NIO -> NioServerDomainSocketChannel.class;
    };
  }

  static SocketAddress unixAddress(TransportKind kind, Path path) {
    return switch (kind) {
      case EPOLL, IO_URING -> new DomainSocketAddress(path.toFile());
      case NIO -> UnixDomainSocketAddress.of(path);
    };
  }
}
