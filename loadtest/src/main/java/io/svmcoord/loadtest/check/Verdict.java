package io.svmcoord.loadtest.check;

/** What a judge says of one read. Immutable. */
public sealed interface Verdict {
  /** Nothing was wrong with it. */
  record Fresh() implements Verdict {}

  /**
   * The reader used a page after its host had been told that nobody does.
   *
   * @param reason how it shows
   */
  record Stale(Reason reason) implements Verdict {}

  /** How a stale page shows. */
  enum Reason {
    /** The reader's entry stands for a version that was retired before the read began. */
    RETIRED_ENTRY,
    /** The frame held a version of this page that was retired before the read began. */
    RETIRED_CONTENT,
    /** The frame belongs to another page or address space by now. */
    FRAME_REUSED,
    /** The frame was being rewritten. */
    TORN,
    /** The address space was released before the read began. */
    SPACE_RELEASED
  }
}
