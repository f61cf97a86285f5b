package io.svmcoord.client;

import java.time.Duration;

/**
 * How to open a host session. Immutable.
 *
 * @param name for people, shown in listings; at most 128 characters
 * @param ttl time to live of the lease, 500 ms to 60 s
 * @param listener is told the session's news
 */
public record HostOptions(String name, Duration ttl, SessionListener listener) {
  /** Validates name and time to live. */
  public HostOptions {
    SessionLimits.requireName(name);
    SessionLimits.requireTtl(ttl);
  }

  /** A name, a lease of 3 s and no listener. */
  public static HostOptions named(String name) {
    return new HostOptions(name, SessionLimits.TTL_DEFAULT, event -> {});
  }

  /** The same with another time to live. */
  public HostOptions withTtl(Duration lease) {
    return new HostOptions(name, lease, listener);
  }

  /** The same with a listener. */
  public HostOptions withListener(SessionListener other) {
    return new HostOptions(name, ttl, other);
  }
}
