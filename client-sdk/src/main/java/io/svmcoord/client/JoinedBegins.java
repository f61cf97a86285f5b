package io.svmcoord.client;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The begins of one host session by request id: those that the coordinator answers with the same
 * invalidation share one {@link Invalidation} here as well (promise G8). So an end by one of their
 * callers is seen by all of them, and a caller that gives its begin up ends it only if it is the
 * last one: the others change pages under it.
 *
 * <p>Invariants: J1 callers that were answered and have not given up are counted in {@code
 * holders}, those that were not answered in {@code waiting}; J2 what was begun is given to be ended
 * once both are 0. Bound: as many as there are pending begins and held invalidations. Thread-safe,
 * never blocks.
 */
final class JoinedBegins {
  /** What begins have to have in common to be joined. */
  private record Key(Object stream, long spaceId, String requestId) {}

  private final Map<Key, Joined> all = new HashMap<>();

  /**
   * A begin is about to be sent.
   *
   * @param requestId empty if it is never repeated
   */
  Joined join(Object stream, long spaceId, String requestId) {
    synchronized (all) {
      Key key = new Key(stream, spaceId, requestId);
      Joined joined = requestId.isEmpty() ? new Joined(key) : all.computeIfAbsent(key, Joined::new);
      joined.waiting++;
      return joined;
    }
  }

  /** A stream is over: what is begun on another one is never joined with its begins. */
  void forget(Object stream) {
    synchronized (all) {
      all.keySet().removeIf(key -> key.stream().equals(stream));
    }
  }

  /** The begins of one request. Its state is guarded by the lock of all. */
  final class Joined {
    private final Key key;
    private int waiting;
    private int holders;
    private boolean isEnded;
    private @Nullable Invalidation begun;

    private Joined(Key key) {
      this.key = key;
    }

    /** One was answered with this: what it holds, perhaps one that others were answered with. */
    Invalidation begun(InvalidationId id, Invalidation made) {
      synchronized (all) {
        Invalidation known = begun;
        if (known == null || !known.id().equals(id)) {
          known = made;
          begun = known;
          holders = 0;
          isEnded = false;
        }
        waiting--;
        holders++;
        return known;
      }
    }

    /** One failed. Empty, or what nobody holds any more and has to be ended. */
    Optional<Invalidation> failed() {
      synchronized (all) {
        waiting--;
        return settle();
      }
    }

    /** One that was answered with this does not want it. As {@link #failed}. */
    Optional<Invalidation> gaveUp(Invalidation invalidation) {
      synchronized (all) {
        if (!invalidation.equals(begun)) {
          return Optional.of(invalidation);
        }
        holders--;
        return settle();
      }
    }

    /** Somebody ends what was begun. */
    void ended(Invalidation invalidation) {
      synchronized (all) {
        if (invalidation.equals(begun)) {
          isEnded = true;
          var _ = settle();
        }
      }
    }

    private Optional<Invalidation> settle() {
      Invalidation known = begun;
      boolean isUnwanted = known != null && !isEnded && waiting == 0 && holders == 0;
      if (waiting == 0 && (known == null || isEnded || isUnwanted)) {
        all.remove(key, this);
      }
      return isUnwanted ? Optional.ofNullable(known) : Optional.empty();
    }
  }
}
