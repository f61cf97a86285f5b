package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import org.jspecify.annotations.Nullable;

/**
 * Checks begins: everything that can be wrong with a request is found before anything changes.
 *
 * <p>There is one for all of them, so that a begin pays for no object that is dropped as soon as it
 * is let in: what was found out about a request can be asked until the next is checked. Confined to
 * the coordinator's thread.
 */
final class Admission {
  private final Core core;
  private final Spaces spaces;
  private final Sessions sessions;

  private @Nullable AddressSpace space;
  private @Nullable AddressRanges ranges;
  private @Nullable Session owner;
  private @Nullable Session host;
  private long ackDeadlineNanos;
  private long holdNanos;

  Admission(Core core, Spaces spaces, Sessions sessions) {
    this.core = core;
    this.spaces = spaces;
    this.sessions = sessions;
  }

  /**
   * Checks a request.
   *
   * @return what is wrong with it, null if nothing is; the other methods are for the latter
   */
  @Nullable Refusal check(long nowNanos, BeginRequest request) {
    space = null;
    ranges = null;
    owner = null;
    host = null;
    holdNanos = 0;
    Refusal wrong = wrongEvent(request);
    if (wrong == null) {
      wrong = wrongPlace(request);
    }
    if (wrong == null) {
      wrong = wrongOwner(request);
    }
    if (wrong == null) {
      wrong = wrongDeadline(request);
    }
    if (wrong == null) {
      wrong = wrongHost(nowNanos, request);
    }
    return wrong;
  }

  /** The space, which takes begins. */
  AddressSpace space() {
    return letIn(space);
  }

  /** What changes. */
  AddressRanges ranges() {
    return letIn(ranges);
  }

  /** The session that is not told, null if there is none. */
  @Nullable Session owner() {
    return owner;
  }

  /** The host session, null for a hold. */
  @Nullable Session host() {
    return host;
  }

  /** Time for acks, or the bound of a non-blockable begin. */
  long ackDeadlineNanos() {
    return ackDeadlineNanos;
  }

  /** Time to live of a hold's lease, 0 if it is none. */
  long holdNanos() {
    return holdNanos;
  }

  private static <T> T letIn(@Nullable T found) {
    if (found == null) {
      throw new IllegalStateException("request: none (expected: one that was let in)");
    }
    return found;
  }

  private static @Nullable Refusal wrongEvent(BeginRequest request) {
    InvalidationEvent event = request.event();
    if (event == InvalidationEvent.RELEASE) {
      return new Refusal.InvalidArgument("event", event.name(), "an event that hosts begin");
    }
    if (request.owner() != null && !event.isOwnable()) {
      return new Refusal.InvalidArgument(
          "owner_key", "present", "empty, as the event is " + event + ", not MIGRATE or EXCLUSIVE");
    }
    return null;
  }

  private @Nullable Refusal wrongPlace(BeginRequest request) {
    AddressSpace found = spaces.getUsable(request.spaceId());
    if (found == null) {
      return Spaces.notFound(request.spaceId());
    }
    Refusal wrong = request.ranges().wrong(found.pageSizeBytes, core.limits().rangesMax());
    if (wrong != null) {
      return wrong;
    }
    int max = core.limits().runningPerSpaceMax();
    if (found.running.size() + found.postponedBegins >= max) {
      return core.limitReached("limits.running-invalidations-per-space", max);
    }
    space = found;
    ranges = request.ranges().normal();
    return null;
  }

  private @Nullable Refusal wrongOwner(BeginRequest request) {
    SessionId id = request.owner();
    if (id == null) {
      return null;
    }
    owner = sessions.get(id);
    return owner == null || owner.role != SessionRole.DEVICE
        ? new Refusal.NotFound("owner_key", "secret")
        : null;
  }

  private @Nullable Refusal wrongDeadline(BeginRequest request) {
    if (request.isNonBlockable()) {
      ackDeadlineNanos = core.config().nonBlockableBoundNanos();
      return null;
    }
    ackDeadlineNanos = core.ackDeadlineNanos(request.ackDeadlineNanos());
    return core.wrongAckDeadline(ackDeadlineNanos);
  }

  private @Nullable Refusal wrongHost(long nowNanos, BeginRequest request) {
    return switch (request.host()) {
      case InvalidationHost.Session(var id) -> {
        host = sessions.get(id);
        yield wrongSession(host, nowNanos);
      }
      case InvalidationHost.Hold(var askedNanos, var peer) -> {
        holdNanos = core.timeToLiveNanos(askedNanos);
        Refusal full = sessions.full(0);
        yield full == null ? core.wrongTimeToLive("hold_millis", holdNanos) : full;
      }
    };
  }

  /** A host that may begin: its lease has to be running, or the begin would hang on nothing. */
  private @Nullable Refusal wrongSession(@Nullable Session session, long nowNanos) {
    if (session == null || session.role != SessionRole.HOST) {
      return new Refusal.NotFound("session_key", "secret");
    }
    if (session.isPutOut() || session.isLeaseOver(nowNanos)) {
      return session.closeReason().refusal();
    }
    if (session.isHold) {
      return new Refusal.PermissionDenied("session_key", "secret");
    }
    int max = core.limits().runningPerSessionMax();
    return session.running.size() >= max
        ? core.limitReached("limits.running-invalidations-per-session", max)
        : null;
  }
}
