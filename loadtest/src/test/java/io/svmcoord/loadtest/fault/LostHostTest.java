package io.svmcoord.loadtest.fault;

import static io.svmcoord.loadtest.fault.FaultRig.SLACK;
import static io.svmcoord.loadtest.fault.FaultRig.awaitReads;
import static io.svmcoord.loadtest.fault.FaultRig.awaitThat;
import static io.svmcoord.loadtest.fault.FaultRig.events;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.SvmClient;
import io.svmcoord.client.Token;
import io.svmcoord.loadtest.FastJvm;
import io.svmcoord.loadtest.fault.FaultRig.Leases;
import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.range.AddressRange;
import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A host's process that is killed or stopped between begin and end: readers of its pages wait for
 * what is left of its lease, and no longer (G9). A host of the same space goes on changing pages.
 */
@Timeout(180)
class LostHostTest {
  /** Of who is to hold its lease until it is lost, on a busy machine too. */
  private static final Duration TTL = Duration.ofSeconds(2);

  /** Session of the host that holds an invalidation, as that host says. */
  private long holderId;

  private final SvmServer server =
      SvmServer.start(
          ServerConfig.defaults().with("listen", "127.0.0.1:0").with("admin", "127.0.0.1:0"));
  private final String target = "127.0.0.1:" + server.port();
  private final FaultRig rig =
      FaultRig.start(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), "host");
  private final SvmClient client = SvmClient.connect(target);
  private final BlockingQueue<JsonNode> said = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    client.close();
    rig.close();
    server.close();
  }

  private ChildProcess holdingHost() throws InterruptedException {
    AddressRange pages = FaultRig.ALL.getFirst();
    ChildProcess started =
        ChildProcess.start(
            "holder",
            FastJvm.launch().withMain(HoldingHost.class),
            List.of(
                target,
                Long.toString(rig.ready().spaceId()),
                Long.toString(pages.first()),
                Long.toString(pages.last()),
                Long.toString(TTL.toMillis())),
            said::add);
    holderId = next().path("session_id").asLong();
    assertThat(holderId).isPositive();
    return started;
  }

  private JsonNode next() throws InterruptedException {
    JsonNode next = said.poll(FaultRig.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  /** A mapper's read_begin of all pages, and when it was answered. */
  private CompletableFuture<Long> read() {
    Mapper mapper = client.mapper(rig.ready().spaceId());
    return CompletableFuture.supplyAsync(
        () -> {
          Token token = mapper.readBegin(FaultRig.ALL, FaultRig.PATIENCE);
          assertThat(token).isNotNull();
          return System.nanoTime();
        });
  }

  private Leases holdersLease() {
    Leases leases = rig.leases("holder");
    // Not of another one, which it would have opened had it lost this one before.
    assertThat(leases.sessionIds()).containsExactly(holderId);
    return leases;
  }

  private void requireWaitedFor(Leases leases, CompletableFuture<Long> read) {
    long answeredNanos = read.join();
    assertThat(answeredNanos - leases.earliestNanos()).isPositive();
    assertThat(answeredNanos - leases.latestNanos()).isLessThan(SLACK.toNanos());
  }

  @Test
  void killed_betweenBeginAndEnd_readersWaitForItsLease() throws InterruptedException {
    RoleProcess device = rig.devices("device", 1, FaultRig.UNHARMED_TTL);
    ChildProcess holder = holdingHost();
    holder.kill();
    Leases leases = holdersLease();
    requireWaitedFor(leases, read());

    assertThat(rig.state(leases.sessionIds().getFirst())).isEqualTo("expired");
    awaitReads(device);
    assertThat(events(device, "fenced")).isZero();
    rig.requireNothingStale();
  }

  @Test
  void stopped_betweenBeginAndEndLongerThanItsLease_isToldThatItWasEndedByForce()
      throws InterruptedException {
    RoleProcess device = rig.devices("device", 1, FaultRig.UNHARMED_TTL);
    try (ChildProcess holder = holdingHost()) {
      long wakeNanos = System.nanoTime() + TTL.toNanos() * 12 / 10;
      holder.signal("STOP");
      requireWaitedFor(holdersLease(), read());
      awaitThat(() -> System.nanoTime() - wakeNanos >= 0);
      holder.signal("CONT");
      holder.go();
      JsonNode ended = next();

      assertThat(ended.path("force_ended").asBoolean()).isTrue();
      assertThat(ended.path("was_held").asBoolean(true)).isFalse();
    }
    awaitReads(device);
    rig.requireNothingStale();
  }
}
