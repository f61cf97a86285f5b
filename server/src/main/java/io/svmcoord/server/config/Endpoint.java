package io.svmcoord.server.config;

import java.net.InetSocketAddress;

/**
 * A host and port to listen on. Immutable.
 *
 * @param host name or literal address; an IPv6 literal without its brackets
 * @param port 0 to 65535; 0 lets the system choose
 */
public record Endpoint(String host, int port) {
  private static final int PORT_MAX = 65_535;

  /**
   * Validates the parts.
   *
   * @throws IllegalArgumentException if the host is empty or the port out of range
   */
  public Endpoint {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host: empty (expected: a name or an address)");
    }
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("port: %d (expected: 0 to %d)".formatted(port, PORT_MAX));
    }
  }

  /**
   * Reads {@code host:port}, {@code [v6]:port}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("no host:port");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    // NumberFormatException is an IllegalArgumentException.
    return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
  }

  /** Resolves the host; blocks for a name. */
  public InetSocketAddress resolve() {
    return new InetSocketAddress(host, port);
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
