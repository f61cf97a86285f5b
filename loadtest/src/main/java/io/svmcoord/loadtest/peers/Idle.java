package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.load.IdlePages;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.ChildProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Idle device sessions of a coordinator, in processes of their own. Their leases are as long as the
 * coordinator allows, so that heartbeats are few. Confined to one thread at a time.
 */
final class Idle implements AutoCloseable {
  private static final Duration TTL = Duration.ofSeconds(60);

  /** An event loop, and the heap of a client, for so many; and far from most open files. */
  private static final int PER_PROCESS = 2_500;

  /** Opening a thousand connections takes seconds on a busy machine. */
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(3);

  private final List<ChildProcess> processes = new ArrayList<>();
  private final PeerTarget target;
  private int sessions;

  Idle(PeerTarget target) {
    this.target = target;
  }

  /**
   * Opens so many more; blocks until each has its subscriptions.
   *
   * @param count how many; none is fine
   * @param connections TCP connections that they share, in all
   * @param subscriptionsEach pages that each subscribes to
   */
  void add(int count, int connections, int subscriptionsEach) {
    IdlePages pages = new IdlePages(target.spaceId(), subscriptionsEach);
    int inProcesses = (count + PER_PROCESS - 1) / PER_PROCESS;
    List<ChildProcess> started = new ArrayList<>();
    for (int i = 0; i < inProcesses; i++) {
      int share = count * (i + 1) / inProcesses - count * i / inProcesses;
      int wires = Math.max(1, connections * (i + 1) / inProcesses - connections * i / inProcesses);
      started.add(start(share, wires, pages));
      sessions += share;
    }
    started.forEach(process -> process.awaitReady(READY_TIMEOUT));
  }

  private ChildProcess start(int count, int connections, IdlePages pages) {
    Arguments arguments =
        Arguments.of("load", "idle-sessions")
            .with("--target", "127.0.0.1:" + target.port())
            .with("--space", pages.spaceId())
            .with("--first", sessions)
            .with("--sessions", count)
            .with("--connections", connections)
            .with("--subscriptions", pages.perSession())
            .with("--ttl", TTL);
    ChildProcess process = ChildProcess.start("idle sessions", arguments.list(), line -> {});
    processes.add(process);
    return process;
  }

  @Override
  public void close() {
    // All are asked before any is waited for.
    processes.forEach(ChildProcess::stop);
    processes.forEach(ChildProcess::close);
  }
}
