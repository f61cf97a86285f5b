package io.svmcoord.loadtest.process;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Roles that start side by side, a few at a time: JVMs that all start at once keep each other from
 * answering in time. Confined to one thread.
 */
public final class StartingRoles {
  private static final int AT_ONCE = Runtime.getRuntime().availableProcessors();

  private final Deque<RoleProcess> starting = new ArrayDeque<>();

  /** None yet. */
  public StartingRoles() {}

  /** One that was just started; blocks until another one may be. */
  public void add(RoleProcess role) {
    starting.add(role);
    if (starting.size() >= AT_ONCE) {
      starting.remove().awaitReady();
    }
  }

  /** Blocks until all play. */
  public void awaitReady() {
    while (!starting.isEmpty()) {
      starting.remove().awaitReady();
    }
  }
}
