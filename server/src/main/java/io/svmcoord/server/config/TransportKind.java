package io.svmcoord.server.config;

import java.util.Locale;

/** The way the server talks to sockets. */
public enum TransportKind {
  /** Linux epoll through Netty's native library; the start fails where it can't be loaded. */
  EPOLL,
  /**
   * Linux io_uring through Netty's native library, kernel 6.1 or newer; what many sockets read and
   * write goes to the kernel in one call. The start fails where it can't be loaded or is forbidden.
   */
  IO_URING,
  /** Java's selectors: works everywhere, slower; only when asked for. */
  NIO;

  /** The name in configuration, logs and introspection. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
