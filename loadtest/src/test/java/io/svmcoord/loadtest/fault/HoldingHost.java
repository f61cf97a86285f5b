package io.svmcoord.loadtest.fault;

import io.svmcoord.client.EndResult;
import io.svmcoord.client.Event;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.SessionLostException;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.loadtest.report.Json;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A host that begins an invalidation, says so with its session's id, ends it when it is told to go
 * on, and says what the end answered.
 */
final class HoldingHost {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private HoldingHost() {}

  /** What it says, each as a line of JSON. */
  record Begun(long sessionId, long sequence) {}

  /** What it says in the end. */
  record Ended(boolean forceEnded, boolean wasHeld) {}

  /** Arguments: target, id of the space, first and last address, TTL in milliseconds. */
  public static void main(String[] args) {
    AddressRange range = new AddressRange(Long.parseLong(args[2]), Long.parseLong(args[3]));
    Duration ttl = Duration.ofMillis(Long.parseLong(args[4]));
    try (Termination signal = Termination.install();
        SvmClient client = SvmClient.connect(args[0]);
        HostSession host = client.openHost(HostOptions.named("holder-0").withTtl(ttl))) {
      signal.follow(System.in);
      Invalidation held = begin(host, Long.parseLong(args[1]), range);
      System.out.println(Json.line(new Begun(host.sessionId(), held.id().sequence())));
      signal.awaitGo();
      boolean wasHeld = held.isHeld();
      System.out.println(Json.line(new Ended(end(held).forceEnded(), wasHeld)));
      signal.awaitStop();
    }
  }

  /** Repeats it until it is through: a machine that is busy may have cost a session. */
  private static Invalidation begin(HostSession host, long spaceId, AddressRange range) {
    while (true) {
      try {
        return host.begin(spaceId, List.of(range), Event.UNMAP);
      } catch (SessionLostException e) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Repeats it until it is answered: the session may have to be opened anew. */
  private static EndResult end(Invalidation held) {
    while (true) {
      try {
        return held.end();
      } catch (SessionLostException e) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }
}
