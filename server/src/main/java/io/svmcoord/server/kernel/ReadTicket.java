package io.svmcoord.server.kernel;

/**
 * Takes a waiting read back, see {@link Coordinator#cancelRead}. Opaque. Confined to the
 * coordinator's thread.
 */
public abstract sealed class ReadTicket permits WaitingReader, ReadTicket.Answered {
  ReadTicket() {}

  /** A read that did not have to wait. */
  static final class Answered extends ReadTicket {
    static final Answered INSTANCE = new Answered();

    private Answered() {}
  }
}
