package io.svmcoord.loadtest.peers.system;

/**
 * The operations that run and the acks that each still lacks: an array, for there is at most one
 * for each slot. Not thread-safe.
 */
public final class AckCounts {
  private final long[] ids = new long[PeerHost.SLOTS];
  private final int[] expected = new int[PeerHost.SLOTS];
  private final int[] missing = new int[PeerHost.SLOTS];
  private long operations;

  /** A number for the slot's next operation, above 0. */
  public long nextId(int slot) {
    return ++operations * PeerHost.SLOTS + slot;
  }

  /** The slot of a number. */
  public static int slot(long id) {
    return Payload.slot(id);
  }

  /** The operation of this number begins: so many devices will ack. */
  public void begin(long id, int devices) {
    int slot = Payload.slot(id);
    ids[slot] = id;
    expected[slot] = devices;
    missing[slot] = devices;
  }

  /**
   * One ack of the operation of this number.
   *
   * @return true when it was the last
   * @throws IllegalStateException when nobody is owed it: it came twice, or for nothing
   */
  public boolean ack(long id) {
    int slot = Payload.slot(id);
    if (ids[slot] != id || missing[slot] == 0) {
      throw new IllegalStateException("ack: of " + id + " (expected: of an operation that runs)");
    }
    missing[slot]--;
    return missing[slot] == 0;
  }

  /** Acks that this operation got. */
  public int acks(long id) {
    int slot = Payload.slot(id);
    return expected[slot] - missing[slot];
  }
}
