package io.svmcoord.client;

/** What a gateway's outbox knows of a member. Confined to whoever writes. */
final class MemberState {
  /** Its number; 0 until its first message is written. */
  int number;

  /** What it may be sent and was not told yet, as long as it has no number. */
  int earlyCredit;

  /** It has ended itself: nothing more is written. */
  boolean hasEnded;

  /** The message in which it has an entry, by number. */
  long message;

  /** Its last entry in that message. */
  int entry;
}
