package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An invalidation from its begin to its end.
 *
 * <p>As a {@link Timer} it is armed while it is non-blockable and pending. As an effect it is each
 * of its own {@link Output}s, whose order is always the same: so what is told of an invalidation
 * costs no object beside it. Confined to the coordinator's thread.
 */
final class RunningInvalidation extends Timer implements Effects.Effect {
  /** Where an invalidation stands; it goes forward only. */
  enum Phase {
    /** Waits for acks. */
    PENDING,
    /** No device uses its pages; waits for its end. */
    HELD,
    /** Ended or undone. */
    OVER
  }

  /** What may be told of an invalidation, each once at most, in this order. */
  enum Output {
    /** The captured sessions are told of the begin. */
    FAN_OUT(1),
    /** The host is told that it is through. */
    ANSWER(2),
    /** All that were told of the begin are told of the end. */
    END(4);

    /** Among those that wait; later ones are higher. */
    private final int bit;

    Output(int bit) {
      this.bit = bit;
    }
  }

  private final Notices notices;
  final Invalidation what;
  final AddressSpace space;
  final @Nullable Session host;
  final @Nullable Session owner;
  final Completion completion;
  final long beganNanos;
  final long ackDeadlineNanos;

  /** Whose ack is needed. */
  final Membership[] captured;

  Phase phase = Phase.PENDING;

  /** How many of the captured still owe their ack. */
  int owing;

  /** Whether sessions of the coordinator before may use its pages (promise G10). */
  boolean waitsForGrace;

  /** Whether its hold has to be remembered first. */
  boolean waitsForMemory;

  /** Sequence that its end by force took; 0 unless it was ended so (G9). */
  long endSequence;

  /** Outputs that wait for their turn, a bit for each; the lowest is the next. */
  private int waitingOutputs;

  // How its fan-out goes.
  private List<SessionOutcome> notAcked = List.of();
  private SessionId slowest = SessionId.NONE;
  private long slowestNanos;

  // Sessions that subscribed while it ran, and a set of all that were told, made for them.
  private List<Session> lateSubscribers = List.of();
  private @Nullable Set<Session> told;

  /** Readers that wait for its end first. */
  List<WaitingReader> parked = List.of();

  // Places in the registry, for removal without a search.
  int registryIndex;
  long overlapStamp;
  @Nullable RunningInvalidation older;
  @Nullable RunningInvalidation newer;
  int hostIndex;

  RunningInvalidation(
      Notices notices,
      Invalidation what,
      AddressSpace space,
      @Nullable Session host,
      @Nullable Session owner,
      Completion completion,
      Membership[] captured,
      long beganNanos,
      long ackDeadlineNanos) {
    this.notices = notices;
    this.what = what;
    this.space = space;
    this.host = host;
    this.owner = owner;
    this.completion = completion;
    this.captured = captured;
    this.owing = captured.length;
    this.beganNanos = beganNanos;
    this.ackDeadlineNanos = ackDeadlineNanos;
  }

  /** This, as the effect that is one of its outputs; to be added where it is called. */
  RunningInvalidation as(Output output) {
    if (waitingOutputs >= output.bit) {
      throw new IllegalStateException(
          "output: " + output + " (expected: after those before it, and once)");
    }
    waitingOutputs |= output.bit;
    return this;
  }

  @Override
  public void run() {
    int bit = Integer.lowestOneBit(waitingOutputs);
    waitingOutputs -= bit;
    if (bit == Output.FAN_OUT.bit) {
      notices.fanOut(this);
    } else if (bit == Output.ANSWER.bit) {
      answer();
    } else {
      notices.tellEnd(this);
    }
  }

  private void answer() {
    if (completion instanceof Completion.ToHost(var callback)) {
      SessionKey holdKey = host != null && host.isHold ? host.key : null;
      callback.begun(what.id(), report(), holdKey);
    }
  }

  long sequence() {
    return what.id().sequence();
  }

  boolean isPending() {
    return phase == Phase.PENDING;
  }

  /** Whether nothing is left to wait for. */
  boolean isThrough() {
    return owing == 0 && !waitsForGrace && !waitsForMemory;
  }

  /** A captured session answered, or ended, at this time. */
  void answered(Session session, long nowNanos) {
    owing--;
    slowest = session.id;
    slowestNanos = nowNanos - beganNanos;
  }

  /** A captured session did not ack, but this. */
  void notAcked(Session session, SessionOutcome.Kind kind) {
    if (notAcked.isEmpty()) {
      notAcked = new ArrayList<>();
    }
    notAcked.add(new SessionOutcome(session.id, kind));
  }

  FanOutReport report() {
    return captured.length == 0
        ? FanOutReport.NOBODY
        : new FanOutReport(captured.length, notAcked, slowest, slowestNanos);
  }

  /** A session subscribed while this runs: it is told the end, once. */
  void addLateSubscriber(Session session) {
    Set<Session> all = told;
    if (all == null) {
      // Made once, by the first late subscriber: not on the way of a begin.
      all = Collections.newSetFromMap(new IdentityHashMap<>());
      for (Membership member : captured) {
        all.add(member.session);
      }
      told = all;
      lateSubscribers = new ArrayList<>();
    }
    if (all.add(session)) {
      lateSubscribers.add(session);
    }
  }

  List<Session> lateSubscribers() {
    return lateSubscribers;
  }
}
