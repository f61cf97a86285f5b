package io.svmcoord.server.service;

/** What waits for session streams, for meters. Thread-safe; each may be a moment old. */
public interface OutboundCounts {
  /** Notices that wait, and spaces whose events were merged. */
  long waitingNotices();

  /** Bytes that wait, merged ranges included. */
  long waitingBytes();

  /** Notices so far that told devices merged ranges in place of events that waited too long. */
  long mergedNotices();

  /**
   * Most events so far that waited for one stream at once; merged ones don't wait. Never above the
   * limit past which they are merged.
   */
  long mostEvents();

  /** Notices so far that made devices drop a whole space for that. */
  long resyncNotices();
}
