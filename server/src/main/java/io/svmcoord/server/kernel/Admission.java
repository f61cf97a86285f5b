package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import org.jspecify.annotations.Nullable;

/**
 * A begin that was checked: everything that can be wrong with a request is found before anything
 * changes. Immutable.
 *
 * @param space the space, which takes begins
 * @param ranges what changes
 * @param ackDeadlineNanos time for acks, or the bound of a non-blockable begin
 * @param owner the session that is not told, null if none
 * @param host the host session, null for a hold
 * @param holdNanos time to live of a hold's lease, 0 if it is none
 */
record Admission(
    AddressSpace space,
    AddressRanges ranges,
    long ackDeadlineNanos,
    @Nullable Session owner,
    @Nullable Session host,
    long holdNanos) {

  /** Checks a request. */
  static Outcome<Admission> of(
      Core core, Spaces spaces, Sessions sessions, long nowNanos, BeginRequest request) {
    Refusal wrong = wrongEvent(request);
    if (wrong != null) {
      return Outcome.refused(wrong);
    }
    return spaces
        .usable(request.spaceId())
        .then(
            space ->
                request
                    .ranges()
                    .checked(space.pageSizeBytes, core.limits().rangesMax())
                    .then(ranges -> of(core, sessions, nowNanos, request, space, ranges)));
  }

  private static Outcome<Admission> of(
      Core core,
      Sessions sessions,
      long nowNanos,
      BeginRequest request,
      AddressSpace space,
      AddressRanges ranges) {
    if (space.running.size() + space.postponedBegins >= core.limits().runningPerSpaceMax()) {
      return Outcome.refused(
          core.limitReached(
              "limits.running-invalidations-per-space", core.limits().runningPerSpaceMax()));
    }
    SessionId ownerId = request.owner();
    Session owner = ownerId == null ? null : sessions.get(ownerId);
    if (ownerId != null && (owner == null || owner.role != SessionRole.DEVICE)) {
      return Outcome.refused(new Refusal.NotFound("owner_key", "secret"));
    }
    Outcome<Long> deadline =
        request.isNonBlockable()
            ? Outcome.ok(core.config().nonBlockableBoundNanos())
            : core.ackDeadline(request.ackDeadlineNanos());
    return deadline.then(
        ackDeadlineNanos ->
            switch (request.host()) {
              case InvalidationHost.Session(var id) ->
                  host(core, sessions.get(id), nowNanos)
                      .then(
                          host ->
                              Outcome.ok(
                                  new Admission(space, ranges, ackDeadlineNanos, owner, host, 0)));
              case InvalidationHost.Hold(var holdNanos, var peer) ->
                  hold(core, sessions, holdNanos)
                      .then(
                          ttl ->
                              Outcome.ok(
                                  new Admission(
                                      space, ranges, ackDeadlineNanos, owner, null, ttl)));
            });
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

  /** A host that may begin: its lease has to be running, or the begin would hang on nothing. */
  private static Outcome<Session> host(Core core, @Nullable Session host, long nowNanos) {
    if (host == null || host.role != SessionRole.HOST) {
      return Outcome.refused(new Refusal.NotFound("session_key", "secret"));
    }
    if (host.isPutOut() || host.isLeaseOver(nowNanos)) {
      return Outcome.refused(host.closeReason().refusal());
    }
    if (host.isHold) {
      return Outcome.refused(new Refusal.PermissionDenied("session_key", "secret"));
    }
    int max = core.limits().runningPerSessionMax();
    return host.running.size() >= max
        ? Outcome.refused(core.limitReached("limits.running-invalidations-per-session", max))
        : Outcome.ok(host);
  }

  private static Outcome<Long> hold(Core core, Sessions sessions, long holdNanos) {
    Refusal full = sessions.full(0);
    return full == null ? core.timeToLive("hold_millis", holdNanos) : Outcome.refused(full);
  }
}
