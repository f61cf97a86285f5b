package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** How to open a device session. Immutable. */
public final class DeviceOptions {
  private final String name;
  private final Duration ttl;
  private final SessionListener listener;
  private final boolean isParallel;
  private final MirrorRules rules;

  private DeviceOptions(
      String name, Duration ttl, SessionListener listener, boolean isParallel, MirrorRules rules) {
    SessionLimits.requireName(name);
    SessionLimits.requireTtl(ttl);
    this.name = name;
    this.ttl = ttl;
    this.listener = requireNonNull(listener, "listener");
    this.isParallel = isParallel;
    this.rules = rules;
  }

  /**
   * A name, a lease of 3 s, no listener, handlers one after the other.
   *
   * @param name for people, shown in listings; at most 128 characters
   */
  public static DeviceOptions named(String name) {
    return new DeviceOptions(
        name, SessionLimits.TTL_DEFAULT, event -> {}, false, MirrorRules.CORRECT);
  }

  /** The same with another time to live of the lease, 500 ms to 60 s. */
  public DeviceOptions withTtl(Duration lease) {
    return new DeviceOptions(name, lease, listener, isParallel, rules);
  }

  /** The same with a listener, which is told the session's news. */
  public DeviceOptions withListener(SessionListener other) {
    return new DeviceOptions(name, ttl, other, isParallel, rules);
  }

  /**
   * The same with handlers in parallel: an invalidation that concerns several mirrors calls their
   * tables at the same time, each under its own mirror's lock, on virtual threads. Only for tables
   * that share nothing, or guard what they share. Non-blockable invalidations are not run in
   * parallel.
   */
  public DeviceOptions withParallelHandlers() {
    return new DeviceOptions(name, ttl, listener, true, rules);
  }

  /** The same with other rules: for tests that show what each rule is there for. */
  DeviceOptions withRules(MirrorRules other) {
    return new DeviceOptions(name, ttl, listener, isParallel, other);
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

  /** Whether the tables of several mirrors may be called at the same time. */
  public boolean isParallel() {
    return isParallel;
  }

  MirrorRules rules() {
    return rules;
  }
}
