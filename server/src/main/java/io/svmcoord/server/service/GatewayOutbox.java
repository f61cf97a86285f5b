package io.svmcoord.server.service;

import io.grpc.ServerCall;
import io.svmcoord.v1.MemberClosed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the members of one gateway are told in one turn of the loop. The same envelope for several
 * members is one entry, and everything goes out as one message when the loop has written what else
 * waits; nothing is delayed by a timer.
 *
 * <p>Bounded: responses are added while the transport takes more, and leave when they fill a
 * message. Ends of members, which have no credit to wait for, stay here while it does not; their
 * number is {@link #waitingEnds}.
 *
 * <p>Invariant: what one member is told leaves in the order in which it was added (promise G7).
 *
 * <p>Confined to the gateway's loop.
 */
final class GatewayOutbox {
  /** Most bytes of one message, but for a single larger entry; as those of a stream. */
  static final int MESSAGE_BYTES_MAX = StreamOutbox.MESSAGE_BYTES_MAX;

  /** Entries that are looked through for the envelope that a member is told. */
  private static final int LOOK_BACK = 8;

  /** A member's own bytes in an entry's list, at most. */
  private static final int MEMBER_BYTES_MAX = 5;

  /** Bytes of an entry beside its members and what they are told, at most. */
  private static final int HEAD_BYTES_MAX = 24;

  private final ServerCall<?, GatewayEnvelope> call;
  private final LoopOutbox loopOutbox;
  private final List<GatewayEntry> entries = new ArrayList<>();

  /** Of the first entry, among all that ever were. */
  private long firstEntry = 1;

  private int bytes;
  private int ends;
  private boolean queued;
  private boolean done;
  private Outgoing.@Nullable Close last;

  GatewayOutbox(ServerCall<?, GatewayEnvelope> call, LoopOutbox loopOutbox) {
    this.call = call;
    this.loopOutbox = loopOutbox;
  }

  /** Whether members may be told more. */
  boolean isReady() {
    return !done && call.isReady();
  }

  /** Ends of members that the transport has not taken. */
  int waitingEnds() {
    return ends;
  }

  /**
   * Tells a member something.
   *
   * @param before the entry that the member was told last, 0 for none
   * @return the entry that tells it
   */
  long add(int member, long before, Envelope envelope) {
    if (done) {
      return before;
    }
    for (int i = entries.size() - 1; i >= Math.max(0, entries.size() - LOOK_BACK); i--) {
      if (firstEntry + i <= before) {
        break;
      }
      if (entries.get(i).tells(envelope)) {
        entries.get(i).add(member);
        grow(MEMBER_BYTES_MAX);
        return firstEntry + i;
      }
    }
    return append(member, GatewayEntry.response(envelope), envelope.available());
  }

  /** Tells a member that its stream is closed. */
  void end(int member, MemberClosed closed) {
    if (!done) {
      ends++;
      var _ = append(member, GatewayEntry.closed(closed), closed.getSerializedSize());
    }
  }

  private long append(int member, GatewayEntry entry, int size) {
    int all = size + HEAD_BYTES_MAX + MEMBER_BYTES_MAX;
    if (bytes + all > MESSAGE_BYTES_MAX && call.isReady()) {
      send();
    }
    entry.add(member);
    entries.add(entry);
    long number = firstEntry + entries.size() - 1;
    grow(all);
    return number;
  }

  private void grow(int more) {
    bytes += more;
    enqueue();
  }

  /** Writes what waits, as far as the transport takes it. */
  void flush() {
    queued = false;
    if (done) {
      return;
    }
    Outgoing.Close how = last;
    if (how != null || call.isReady()) {
      send();
    }
    if (how != null) {
      abandon();
      call.close(how.status(), how.trailers());
    }
  }

  private void send() {
    int from = 0;
    int size = 0;
    for (int i = 0; i < entries.size(); i++) {
      int next = entries.get(i).sizeBytes();
      if (i > from && size + next > MESSAGE_BYTES_MAX) {
        send(from, i);
        from = i;
        size = 0;
      }
      size += next;
    }
    if (from < entries.size()) {
      send(from, entries.size());
    }
    forget();
  }

  private void send(int from, int to) {
    call.sendMessage(new GatewayEnvelope(entries.subList(from, to).toArray(new GatewayEntry[0])));
  }

  private void forget() {
    firstEntry += entries.size();
    entries.clear();
    bytes = 0;
    ends = 0;
  }

  /** Ends the gateway after what waits. */
  void close(Outgoing.Close how) {
    if (!done && last == null) {
      last = how;
      enqueue();
    }
  }

  /** The gateway is gone: nothing more is written. */
  void abandon() {
    done = true;
    forget();
  }

  private void enqueue() {
    if (!queued) {
      queued = true;
      loopOutbox.enqueue(this);
    }
  }
}
