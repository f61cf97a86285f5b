package io.svmcoord.server.kernel;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What the random driver drives: the coordinator, or the naive reference of it. Answers and outputs
 * are texts, so that they can be compared; ranges are runs {from, to} of {@link Pages}.
 */
interface Subject {
  String createSpace(long now, String name);

  String openDevice(long now, long ttl, long previous);

  String openHost(long now, long ttl, long previous);

  /** Each of {@code positions} is {space, epoch, sequence, version}. */
  String resume(long now, long session, List<long[]> positions);

  String heartbeat(long now, long session);

  void detach(long now, long session);

  void streamBroken(long now, long session);

  String evict(long now, long session);

  /** Each of {@code add} is {id, from, to}. */
  void update(long now, int tag, long session, long space, List<Long> remove, List<int[]> add);

  String ack(long now, long session, long space, long epoch, long sequence, boolean isAllUpTo);

  void refuse(long now, long session, long space, long sequence, RefusalCause cause);

  void begin(long now, int tag, Begin begin);

  void cancelBegin(long now, int tag);

  String end(long now, long host, long space, long sequence);

  void readBegin(long now, int tag, long space, List<int[]> runs, long reserve);

  void cancelRead(int tag);

  String retry(long now, long space, long sequence, List<int[]> runs, long reservation);

  void release(long now, int tag, long space, long ackDeadline);

  void advance(long now);

  /** Everything that listings show, in one form. */
  String state(long now);

  /** What each recipient was told since the last call, in its order. */
  SortedMap<String, List<String>> takeOutputs();

  /** A begin; host 0 makes it a hold. */
  record Begin(
      long space,
      List<int[]> runs,
      InvalidationEvent event,
      boolean isNonBlockable,
      long ackDeadline,
      long owner,
      long host,
      long hold) {}

  /** The text of where a space stands for a session that resumes. */
  static String baseline(
      long space, long sequence, long version, List<Long> running, boolean isResyncRequired) {
    return "%d@%d v%d %s%s"
        .formatted(space, sequence, version, running, isResyncRequired ? " resync" : "");
  }

  /** The text of a token. */
  static String ready(long sequence, long reservation) {
    return "ready " + sequence + (reservation == 0 ? "" : " reserved " + reservation);
  }

  /** The text of a fan-out report, order left out. */
  static String report(int notified, Map<Long, String> notAcked, long slowestNanos) {
    return "notified=" + notified + " notAcked=" + notAcked + " slowest=" + slowestNanos;
  }
}
