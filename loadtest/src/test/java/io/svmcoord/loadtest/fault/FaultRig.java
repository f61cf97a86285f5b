package io.svmcoord.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.Event;
import io.svmcoord.client.FanOut;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.FastJvm;
import io.svmcoord.loadtest.ctl.Coordinator;
import io.svmcoord.loadtest.ctl.SessionRow;
import io.svmcoord.loadtest.emulator.HostEmulator;
import io.svmcoord.loadtest.emulator.HostEmulatorOptions;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.RoleReport;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.range.AddressRange;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * One address space whose pages change all the time, devices in processes of their own that faults
 * happen to, and begins over the whole space whose times are held against the leases. Whatever a
 * device read is judged; {@link #requireNothingStale} is how a scenario ends. Confined to one
 * thread.
 */
final class FaultRig implements AutoCloseable {
  /** What a busy machine may add to a begin: threads and processes wait for their turn. */
  static final Duration SLACK = Duration.ofMillis(1_500);

  /** Longer than any lease here: whoever is silent ends by its lease and not by this. */
  static final Duration ACK_DEADLINE = Duration.ofSeconds(30);

  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of those that no fault happens to: a machine that is busy for a while doesn't end it. */
  static final Duration UNHARMED_TTL = Duration.ofSeconds(30);

  /** A coordinator for it whose end nobody waits for. */
  static final Arguments SERVE = Arguments.SERVE.and("--set=drain.deadline=100ms");

  private static final int PAGES = 256;
  private static final long PAGE_BYTES = 4_096;
  private static final long BASE = 0x7f00_0000_0000L;

  /** Every page of the space. */
  static final List<AddressRange> ALL =
      List.of(new AddressRange(BASE, BASE + PAGES * PAGE_BYTES - 1));

  private final String target;
  private final Coordinator coordinator;
  private final SvmClient client;
  private final HostSession prober;
  private final HostEmulator host;
  private final List<RoleProcess> devices = new ArrayList<>();

  /** Devices of which nobody asks any more what they read. */
  private final List<RoleProcess> dead = new ArrayList<>();

  private FaultRig(InetSocketAddress address, String name) {
    this.target = address.getHostString() + ":" + address.getPort();
    this.coordinator = Coordinator.at(address);
    this.client = SvmClient.connect(target);
    this.prober = client.openHost(HostOptions.named("prober-of-" + name));
    this.host =
        HostEmulator.start(
            HostEmulatorOptions.builder(target)
                .name(name)
                .pages(PAGES)
                .baseAddress(BASE)
                .changeLoops(2)
                .changesPerSecond(100)
                .childrenMax(0)
                .ackDeadline(ACK_DEADLINE)
                .build());
  }

  /**
   * A host and its address space; no devices yet.
   *
   * @param address of the coordinator
   * @param name of the host
   */
  static FaultRig start(InetSocketAddress address, String name) {
    return new FaultRig(address, name);
  }

  /** The coordinator, as an operator sees it. */
  Coordinator coordinator() {
    return coordinator;
  }

  /** Where devices find the host's pages. */
  HostReady ready() {
    return host.ready();
  }

  /** Begins that were answered, their pages changed, and ended. */
  long invalidations() {
    return host.stats().invalidations();
  }

  /** Devices in a process of their own; blocks until they have read pages. */
  RoleProcess devices(String name, int count, Duration ttl) {
    RoleProcess process = startDevices(name, count, ttl);
    awaitUp(process);
    return process;
  }

  /** As {@link #devices(String, int, Duration)}, but blocks for nothing: see {@link #awaitUp}. */
  RoleProcess startDevices(String name, int count, Duration ttl) {
    return start(name, count, ttl, FastJvm.launch(), target, ready().pageSourceTarget());
  }

  /** Blocks until devices have read pages. */
  static void awaitUp(RoleProcess process) {
    var _ = process.awaitReady();
    awaitReads(process);
  }

  /**
   * Devices in a process of their own; blocks until they have read pages.
   *
   * @param name stem of their names
   * @param reached where they reach the coordinator
   * @param pageSource where they reach the host
   */
  RoleProcess devices(
      String name, int count, Duration ttl, Launch launch, String reached, String pageSource) {
    RoleProcess process = start(name, count, ttl, launch, reached, pageSource);
    awaitUp(process);
    return process;
  }

  private RoleProcess start(
      String name, int count, Duration ttl, Launch launch, String reached, String pageSource) {
    Arguments arguments =
        Arguments.ofRole("device", reached)
            .with("--name", name)
            .with("--devices", count)
            .with("--ttl", ttl)
            .with("--progress", "100ms")
            .with("--reads-per-second", Math.max(20, 2_000 / count))
            .with(new HostReady(ready().spaceId(), ready().memoryFile(), pageSource));
    RoleProcess process = RoleProcess.start("devices", name, launch, arguments, lost -> {});
    devices.add(process);
    return process;
  }

  /** SIGKILL; what it had read until then is judged all the same. */
  void kill(RoleProcess process) {
    process.kill();
    devices.remove(process);
    dead.add(process);
  }

  /** The leases of the sessions of some devices, as the coordinator counts them now. */
  Leases leases(String name) {
    return leases(name, 1);
  }

  /**
   * As {@link #leases(String)}, when the coordinator's clock is off.
   *
   * @param rate seconds of its clock in one second
   */
  Leases leases(String name, double rate) {
    Optional<Leases> leases = leasesIfAny(name, rate);
    assertThat(leases).as("leases of %s", name).isPresent();
    return leases.orElseThrow();
  }

  /** As {@link #leases(String, double)}; empty when all of them are over. */
  Optional<Leases> leasesIfAny(String name, double rate) {
    long beforeNanos = System.nanoTime();
    List<SessionRow> rows = sessions(name);
    long afterNanos = System.nanoTime();
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    long longest = rows.stream().mapToLong(SessionRow::leaseLeftMillis).max().orElseThrow();
    return Optional.of(
        new Leases(
            rows.stream().map(SessionRow::id).toList(),
            beforeNanos + (long) (TimeUnit.MILLISECONDS.toNanos(longest) / rate),
            // What it says is cut down to a millisecond.
            afterNanos + (long) (TimeUnit.MILLISECONDS.toNanos(longest + 1) / rate)));
  }

  /**
   * Leases that nobody renews any more.
   *
   * @param sessionIds whose
   * @param earliestNanos System.nanoTime before which the last of them can't be over
   * @param latestNanos at which it is over for certain
   */
  record Leases(List<Long> sessionIds, long earliestNanos, long latestNanos) {}

  /** Sessions that live, and whose names begin so. */
  List<SessionRow> sessions(String name) {
    return coordinator.sessions().stream()
        .filter(row -> row.name().startsWith(name + "-"))
        .filter(row -> row.state().equals("active") || row.state().equals("suspect"))
        .toList();
  }

  /** State of a session, ended or not. */
  String state(long sessionId) {
    return coordinator.sessions().stream()
        .filter(row -> row.id() == sessionId)
        .map(SessionRow::state)
        .findFirst()
        .orElseThrow();
  }

  /**
   * A begin that was answered with OK.
   *
   * @param askedNanos System.nanoTime before it was asked for
   * @param answeredNanos and after its answer
   * @param fanOut what became of the sessions
   */
  record Answered(long askedNanos, long answeredNanos, FanOut fanOut) {
    Duration took() {
      return Duration.ofNanos(answeredNanos - askedNanos);
    }

    List<Long> with(FanOut.Outcome outcome) {
      return fanOut.notAcked().stream()
          .filter(missing -> missing.outcome() == outcome)
          .map(FanOut.Missing::sessionId)
          .toList();
    }
  }

  /** Begins an invalidation of the whole space, and ends it once it is begun. Doesn't block. */
  CompletableFuture<Answered> begin() {
    long askedNanos = System.nanoTime();
    return prober
        .beginAsync(
            ready().spaceId(), ALL, Event.CLEAR, BeginOptions.DEFAULT.withAckDeadline(ACK_DEADLINE))
        .thenCompose(invalidation -> answered(askedNanos, invalidation));
  }

  private static CompletableFuture<Answered> answered(long askedNanos, Invalidation invalidation) {
    Answered answered = new Answered(askedNanos, System.nanoTime(), invalidation.fanOut());
    return invalidation.endAsync().thenApply(ended -> answered);
  }

  /** Blocks until a begin is answered. */
  static Answered await(CompletableFuture<Answered> begin) {
    return begin.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /**
   * The two bounds of promises G1 and G2: not answered before the lease was over, by the
   * coordinator's own rule, and not later than it, but for the machine's slack.
   */
  static void requireWaitedFor(Leases leases, Answered begin) {
    assertThat(begin.answeredNanos() - leases.earliestNanos())
        .as("ns from the end of the lease to the answer")
        .isPositive();
    assertThat(begin.answeredNanos() - leases.latestNanos())
        .as("ns from the end of the lease to the answer")
        .isLessThan(SLACK.toNanos());
  }

  /** Blocks until a process has read pages that it has not read yet. */
  static void awaitReads(RoleProcess process) {
    long goal = stats(process).reads().checked() + 100;
    awaitThat(() -> stats(process).reads().checked() >= goal);
  }

  /** What devices last said of themselves. */
  static DeviceStats stats(RoleProcess process) {
    RoleReport report = process.report().orElseThrow();
    return Objects.requireNonNull(report.devices(), "devices");
  }

  /** How often something happened to their sessions. */
  static long events(RoleProcess process, String kind) {
    Map<String, Long> events = stats(process).leaseEvents();
    return events.getOrDefault(kind, 0L);
  }

  static void awaitThat(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
  }

  /** Everybody stops, and no page that anybody read was stale; no begin is left over. */
  void requireNothingStale() {
    stop();
    List<RoleProcess> everybody = new ArrayList<>(devices);
    everybody.addAll(dead);
    for (RoleProcess process : everybody) {
      DeviceStats stats = stats(process);
      assertThat(stats.reads().staleExamples()).as(process.what()).isEmpty();
      assertThat(stats.reads().stale()).as(process.what()).isZero();
      assertThat(stats.reads().checked()).as(process.what()).isPositive();
    }
  }

  /** Everybody stops; no begin is left over. */
  void stop() {
    host.stop();
    assertThat(host.stats().unfinished()).as("%s", host.stats()).isZero();
    assertThat(host.stats().failed()).isEmpty();
    devices.forEach(RoleProcess::pause);
    devices.forEach(RoleProcess::awaitFinal);
  }

  /** Devices first: the host releases the address space when it goes. */
  @Override
  public void close() {
    devices.forEach(RoleProcess::unfreeze);
    devices.forEach(RoleProcess::stop);
    devices.forEach(RoleProcess::close);
    host.close();
    client.close();
    coordinator.close();
  }
}
