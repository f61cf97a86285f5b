package io.svmcoord.client;

/**
 * What {@link Mapper#readBegin} returns: "nothing of these ranges was being invalidated at this
 * point, at the coordinator". Good for any number of checks. Immutable.
 */
public final class Token {
  private final io.svmcoord.v1.Token message;

  Token(io.svmcoord.v1.Token message) {
    this.message = message;
  }

  /** Address space it was taken in. */
  public long spaceId() {
    return message.getSpaceId();
  }

  /** Epoch of the space when it was given, unsigned. */
  public long epoch() {
    return message.getEpoch();
  }

  /** Sequence of the space when it was given, unsigned. */
  public long sequence() {
    return message.getSequence();
  }

  /** The same token, which ends no reservation when it is checked. */
  Token withoutReservation() {
    return new Token(message.toBuilder().clearReservation().build());
  }

  io.svmcoord.v1.Token message() {
    return message;
  }

  @Override
  public String toString() {
    return "Token[space=%s, epoch=%s, sequence=%s]"
        .formatted(
            Long.toUnsignedString(spaceId()),
            Long.toUnsignedString(epoch()),
            Long.toUnsignedString(sequence()));
  }
}
