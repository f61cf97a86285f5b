package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** How to open a device session. Immutable. */
public final class DeviceOptions {
  private final String name;
  private final Duration ttl;
  private final SessionListener listener;
  private final MirrorRules rules;

  private DeviceOptions(String name, Duration ttl, SessionListener listener, MirrorRules rules) {
    SessionLimits.requireName(name);
    SessionLimits.requireTtl(ttl);
    this.name = name;
    this.ttl = ttl;
    this.listener = requireNonNull(listener, "listener");
    this.rules = rules;
  }

  /**
   * A name, a lease of 3 s and no listener.
   *
   * @param name for people, shown in listings; at most 128 characters
   */
  public static DeviceOptions named(String name) {
    return new DeviceOptions(name, SessionLimits.TTL_DEFAULT, event -> {}, MirrorRules.CORRECT);
  }

  /** The same with another time to live of the lease, 500 ms to 60 s. */
  public DeviceOptions withTtl(Duration lease) {
    return new DeviceOptions(name, lease, listener, rules);
  }

  /** The same with a listener, which is told the session's news. */
  public DeviceOptions withListener(SessionListener other) {
    return new DeviceOptions(name, ttl, other, rules);
  }

  /** The same with other rules: for tests that show what each rule is there for. */
  DeviceOptions withRules(MirrorRules other) {
    return new DeviceOptions(name, ttl, listener, other);
  }

  /** For people, shown in listings. */
  public String name() {
    return name;
  }

  /** Time to live of the lease. */
  public Duration ttl() {
    return ttl;
  }

  /** Is told the session's news. */
  public SessionListener listener() {
    return listener;
  }

  MirrorRules rules() {
    return rules;
  }
}
