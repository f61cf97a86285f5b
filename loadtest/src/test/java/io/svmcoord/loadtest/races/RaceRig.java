package io.svmcoord.loadtest.races;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.client.AddressSpaceInfo;
import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.Event;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.SvmClient;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** One space with a host, its memory, and as many devices as a race needs. */
final class RaceRig implements AutoCloseable {
  static final long PAGE = 4096;
  static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  /** Long, so that a handler that a test holds up is not put out. */
  static final BeginOptions PATIENT = BeginOptions.DEFAULT.withAckDeadline(Waits.PATIENCE);

  private static final Duration TTL = Duration.ofSeconds(30);

  /** Names of spaces are unique at their coordinator. */
  private static final AtomicInteger SPACES = new AtomicInteger();

  private final SvmClient client;
  private final HostSession host;
  private final RaceMemory memory = new RaceMemory(PAGE);
  private final long space;

  RaceRig(String target) {
    client = SvmClient.connect(target);
    host = client.openHost(HostOptions.named("host").withTtl(TTL));
    space = client.addressSpaces().create("race-" + SPACES.incrementAndGet(), PAGE).id();
  }

  static AddressRange pages(long firstPage, long count) {
    return AddressRange.ofLength(firstPage * PAGE, count * PAGE);
  }

  SvmClient client() {
    return client;
  }

  HostSession host() {
    return host;
  }

  RaceMemory memory() {
    return memory;
  }

  long space() {
    return space;
  }

  /** The space as the coordinator sees it now. */
  AddressSpaceInfo info() {
    return client.addressSpaces().get(space);
  }

  DeviceSession device(String name) {
    return client.openDevice(DeviceOptions.named(name).withTtl(TTL));
  }

  Mirror mirror(DeviceSession device, AddressRange range, RaceTable table) {
    return device.mirror(space, range, table, memory);
  }

  Mirror mirror(AddressRange range, RaceTable table) {
    return mirror(device("device"), range, table);
  }

  Invalidation begin(AddressRange... ranges) {
    return host.begin(space, List.of(ranges), Event.CLEAR, PATIENT);
  }

  CompletableFuture<Invalidation> beginAsync(AddressRange... ranges) {
    return host.beginAsync(space, List.of(ranges), Event.CLEAR, PATIENT);
  }

  /** A whole invalidation: begin, change, end. */
  void change(AddressRange range) {
    try (Invalidation invalidation = begin(range)) {
      assertThat(invalidation.isHeld()).isTrue();
      memory.change(range);
    }
  }

  /**
   * Blocks until every device that mirrors the range has handled all that it was sent before: an
   * invalidation is acked in the order of the stream.
   */
  void awaitHandled(AddressRange range) {
    begin(range).end();
  }

  /** No table maps what the host has changed; to be asked while no invalidation runs. */
  void assertFresh(RaceTable... tables) {
    for (RaceTable table : tables) {
      assertThat(table.versions())
          .allSatisfy((address, version) -> assertThat(version).isEqualTo(memory.version(address)));
    }
  }

  /** Holds a mirror's lock on a thread of its own, until it is closed. */
  static Hold hold(Mirror mirror) {
    return new Hold(mirror);
  }

  /** A mirror's lock that somebody holds. */
  static final class Hold implements AutoCloseable {
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final CompletableFuture<Void> holder;

    private Hold(Mirror mirror) {
      holder =
          CompletableFuture.runAsync(
              () ->
                  mirror.access(
                      () -> {
                        held.countDown();
                        Waits.await(released);
                      }),
              THREADS);
      Waits.await(held);
    }

    @Override
    public void close() {
      released.countDown();
      Waits.join(holder);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
