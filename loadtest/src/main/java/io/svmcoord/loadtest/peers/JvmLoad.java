package io.svmcoord.loadtest.peers;

/** How busy a coordinator is kept. */
public enum JvmLoad {
  /** As many operations as it can do. */
  FULL(1),

  /** Half as many, whatever it can do: half of what the JVM with this process's options can. */
  HALF(0.5),

  /** A twentieth of it. */
  IDLE(0.05);

  private final double share;

  JvmLoad(double share) {
    this.share = share;
  }

  /** The operations that an order is about, at this load. */
  HostTurn.Order of(HostTurn.Order full, double opsPerSecond) {
    return this == FULL ? full : full.paced(share * opsPerSecond);
  }
}
