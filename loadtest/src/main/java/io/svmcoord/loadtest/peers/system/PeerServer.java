package io.svmcoord.loadtest.peers.system;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A running server, a process of its own. Thread-safe. */
public interface PeerServer extends AutoCloseable {
  /** Where its clients go. */
  PeerTarget target();

  /** Processor time that it has used until now. */
  Duration cpuTime();

  /**
   * What it has allocated on its heap until now, bytes; empty when it is not a program of ours.
   * Blocks for a moment.
   */
  default OptionalLong allocatedBytes() {
    return OptionalLong.empty();
  }

  /** Completes with the exit code when it has ended, whoever ended it. */
  CompletableFuture<Integer> ended();

  /** Ends it; blocks until it is gone. */
  @Override
  void close();
}
