package io.svmcoord.server.service;

/** What waits for session streams, for meters. Thread-safe; each may be a moment old. */
public interface OutboundCounts {
  /** Notices that wait, and spaces whose events were merged. */
  long waitingNotices();

  /** Bytes that wait, merged ranges included. */
  long waitingBytes();

  /** Notices so far that told devices merged ranges in place of events that waited too long. */
  long mergedNotices();

  /** Notices so far that made devices drop a whole space for that. */
  long resyncNotices();
}
