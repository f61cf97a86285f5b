package io.svmcoord.loadtest.peers.system;

import io.netty.buffer.ByteBuf;

/**
 * What is published in an operation: its number, and as much again as a range, a space, an epoch
 * and a sequence take. An ack is the number alone. The lowest bits of a number are the slot.
 */
public final class Payload {
  /** Length of what is published. */
  public static final int BYTES = 32;

  /** Length of a number, and of an ack. */
  public static final int ID_BYTES = Long.BYTES;

  private Payload() {}

  /** Writes a number, and nothing behind it up to {@code bytes}. */
  public static void write(ByteBuf out, long id, int bytes) {
    out.writeLong(id).writeZero(bytes - ID_BYTES);
  }

  static int slot(long id) {
    return (int) (id & (PeerHost.SLOTS - 1));
  }
}
