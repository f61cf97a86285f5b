package io.svmcoord.loadtest.peers.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.svmcoord.loadtest.peers.system.Payload;

/**
 * The frames of the Netty relay: a length of four bytes, then as many: one that says which frame it
 * is, and what that frame carries. Stateless.
 */
final class NettyRelayWire {
  /** Of a device, that it is there; the server says the same when it knows. Carries nothing. */
  static final byte SUBSCRIBE = 0;

  /** To a device. Carries the payload. */
  static final byte EVENT = 1;

  /** Of a device. Carries the number. */
  static final byte ACK = 2;

  /** Of a host. Carries the payload. */
  static final byte PUBLISH = 3;

  /** To a host. Carries the number and how many acked. */
  static final byte DONE = 4;

  private static final int LENGTH_BYTES = Integer.BYTES;
  private static final int KIND_BYTES = 1;
  private static final int FRAME_BYTES_MAX = 1 << 10;

  private NettyRelayWire() {}

  /** Cuts what is read into frames without their lengths. */
  static ChannelHandler decoder() {
    return new LengthFieldBasedFrameDecoder(FRAME_BYTES_MAX, 0, LENGTH_BYTES, 0, LENGTH_BYTES);
  }

  static ByteBuf subscribe(ByteBufAllocator allocator) {
    return frame(allocator, SUBSCRIBE, 0);
  }

  /** An event or a publication. */
  static ByteBuf payload(ByteBufAllocator allocator, byte kind, long id) {
    ByteBuf frame = frame(allocator, kind, Payload.BYTES);
    Payload.write(frame, id, Payload.BYTES);
    return frame;
  }

  static ByteBuf ack(ByteBufAllocator allocator, long id) {
    return frame(allocator, ACK, Payload.ID_BYTES).writeLong(id);
  }

  static ByteBuf done(ByteBufAllocator allocator, long id, int acks) {
    return frame(allocator, DONE, Payload.ID_BYTES + Integer.BYTES).writeLong(id).writeInt(acks);
  }

  private static ByteBuf frame(ByteBufAllocator allocator, byte kind, int bytes) {
    int length = KIND_BYTES + bytes;
    return allocator.ioBuffer(LENGTH_BYTES + length).writeInt(length).writeByte(kind);
  }
}
