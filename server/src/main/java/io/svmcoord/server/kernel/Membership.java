package io.svmcoord.server.kernel;

/**
 * One session in one space: its subscriptions there and the acks that it owes there. Lives from the
 * session's first update of the space until the session or the space is over. Confined to the
 * coordinator's thread.
 */
final class Membership {
  final Session session;
  final AddressSpace space;
  final SlotTable slots = new SlotTable();
  final OwedAcks owed = new OwedAcks();

  /** Its place among the space's members; the value of its intervals in the tree. */
  int index;

  /** Version of the whole set, grows with every update. */
  long version;

  /** The last capture that met it: a session is told once, however many subscriptions are hit. */
  long captureStamp;

  Membership(Session session, AddressSpace space) {
    this.session = session;
    this.space = space;
  }
}
