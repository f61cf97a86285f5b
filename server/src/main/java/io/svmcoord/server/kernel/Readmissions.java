package io.svmcoord.server.kernel;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps clients away that are evicted again and again (promise G2): each of their sessions costs
 * every begin that meets it an ack deadline, and perhaps a lease.
 *
 * <p>After its first eviction a client may come back at once, after its second it has to stay away
 * for a while, and twice as long after each that follows, up to a limit. A client that was not
 * evicted for long enough begins afresh. What an operator evicts is no failing of the client's and
 * doesn't count.
 *
 * <p>A client is recognised by the name that it gives and its network address without the port.
 * That can be forged, and clients that share both also share their delays; no promise hangs on it,
 * and nobody who is in is put out.
 *
 * <p>Bound: {@link KernelLimits#evictedClientsMax}; past it the client whose last eviction is
 * longest ago is forgotten. O(1). Confined to the coordinator's thread.
 */
final class Readmissions {
  /** Beyond, the delay has long reached any limit. */
  private static final int DOUBLINGS_MAX = 40;

  private record Client(String name, String address) {
    static Client of(SessionRequest request) {
      String address = request.peer().address();
      int port = address.lastIndexOf(':');
      return new Client(request.name(), port < 0 ? address : address.substring(0, port));
    }
  }

  private record Evictions(int count, long lastNanos) {}

  private final ReadmissionConfig config;
  private final int clientsMax;

  /** The one whose last eviction is longest ago comes first. */
  private final LinkedHashMap<Client, Evictions> clients = new LinkedHashMap<>();

  Readmissions(ReadmissionConfig config, int clientsMax) {
    this.config = config;
    this.clientsMax = clientsMax;
  }

  /** A session of the client was evicted. */
  void evicted(long nowNanos, SessionRequest request, EndCause cause) {
    if (cause == EndCause.OPERATOR) {
      return;
    }
    forget(nowNanos);
    Client client = Client.of(request);
    Evictions before = clients.remove(client);
    clients.putLast(client, new Evictions(before == null ? 1 : before.count + 1, nowNanos));
    if (clients.size() > clientsMax) {
      var _ = clients.pollFirstEntry();
    }
  }

  /** Why the client may not come back yet; null if it may. */
  @Nullable Refusal refusal(long nowNanos, SessionRequest request) {
    forget(nowNanos);
    Evictions known = clients.get(Client.of(request));
    if (known == null) {
      return null;
    }
    long left = delayNanos(known.count) - (nowNanos - known.lastNanos);
    return left <= 0 ? null : new Refusal.ReadmissionDelayed(known.count, left);
  }

  /** Clients whose evictions are not forgotten. */
  int clients(long nowNanos) {
    forget(nowNanos);
    return clients.size();
  }

  private long delayNanos(int evictions) {
    if (evictions < 2 || config.delayFirstNanos() == 0) {
      return 0;
    }
    int doublings = Math.min(evictions - 2, DOUBLINGS_MAX);
    return config.delayFirstNanos() > config.delayMaxNanos() >> doublings
        ? config.delayMaxNanos()
        : config.delayFirstNanos() << doublings;
  }

  private void forget(long nowNanos) {
    Iterator<Map.Entry<Client, Evictions>> oldest = clients.entrySet().iterator();
    while (oldest.hasNext()
        && nowNanos - oldest.next().getValue().lastNanos >= config.forgetAfterNanos()) {
      oldest.remove();
    }
  }
}
