package io.svmcoord.loadtest.hmm;

import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.DeviceOptions;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.Event;
import io.svmcoord.client.GrpcPageSource;
import io.svmcoord.client.HostOptions;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.PageSourceServer;
import io.svmcoord.client.SvmClient;
import io.svmcoord.range.AddressRange;
import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A coordinator, a host with processes, and two devices, all on loopback.
 *
 * <p>One lock plays the mmap_lock of all processes: it is held over begin, change and end, as in
 * the kernel, and by the page source while it lists. Each device asks a page source endpoint of its
 * own, which is how the host knows whose device memory may be listed ({@code dev_private_owner}).
 *
 * <p>Thread-safe.
 */
final class HmmMachine implements AutoCloseable {
  static final int PAGE_BYTES = 4096;
  static final long BASE = 0x4000_0000L;
  static final int DEVICES = 2;

  /** What a device's memory is to the CPU, and so to everybody else. */
  enum DeviceMemory {
    /** Nobody but the device can access it: a touch brings the page back. */
    PRIVATE,
    /** Everybody can access it where it is. */
    COHERENT
  }

  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private final List<HmmProcess> processes = new ArrayList<>();
  private final List<Device> devices = new ArrayList<>();
  private final DeviceMemory deviceMemory;
  private final HmmFrames frames;
  private final SvmClient client;
  private final HostSession host;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition supplied = lock.newCondition();

  HmmMachine(DeviceMemory deviceMemory) {
    this.deviceMemory = deviceMemory;
    frames = add(new HmmFrames(DEVICES));
    ServerConfig config =
        ServerConfig.defaults().with("listen", "127.0.0.1:0").with("admin", "127.0.0.1:0");
    SvmServer server = add(SvmServer.start(config));
    client = add(SvmClient.connect("127.0.0.1:" + server.port()));
    host = client.openHost(HostOptions.named("host"));
    for (int number = 0; number < DEVICES; number++) {
      devices.add(newDevice(number));
    }
  }

  /** One device: its session, and where it asks for pages. */
  record Device(int number, DeviceSession session, PageSource source) {}

  private Device newDevice(int number) {
    PageSourceServer server =
        add(
            PageSourceServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                (space, range, access, timeout) ->
                    process(space, range).list(number, range, access)));
    GrpcPageSource source = add(GrpcPageSource.connect("127.0.0.1:" + server.port()));
    return new Device(number, client.openDevice(DeviceOptions.named("hmm" + number)), source);
  }

  HmmProcess newProcess(String name) {
    HmmProcess process = new HmmProcess(this, client.addressSpaces().create(name, PAGE_BYTES).id());
    locked(() -> processes.add(process));
    return process;
  }

  /** Opens the device file: a mirror of a whole process, as the kernel's test driver does. */
  HmmMirror open(int device, HmmProcess process) {
    return open(device, process, AddressRange.WHOLE);
  }

  HmmMirror open(int device, HmmProcess process, AddressRange range) {
    return new HmmMirror(this, devices.get(device), process, range);
  }

  Mapper mapper(HmmProcess process) {
    return client.mapper(process.spaceId());
  }

  SvmClient client() {
    return client;
  }

  HmmFrames frames() {
    return frames;
  }

  DeviceMemory deviceMemory() {
    return deviceMemory;
  }

  /** Signalled when somebody supplied pages that a fault waits for. */
  Condition supplied() {
    return supplied;
  }

  /** Processes that map the same frame at the same page. Under the lock. */
  List<HmmProcess> sharers(int page, int frame) {
    return processes.stream().filter(process -> process.pages().frame(page) == frame).toList();
  }

  /**
   * Begin in all of the processes, change, end. Nobody else changes meanwhile.
   *
   * @param options with the owner, if the event has one
   */
  void change(
      List<HmmProcess> where,
      int first,
      int last,
      Event event,
      BeginOptions options,
      Runnable how) {
    lock.lock();
    Deque<Invalidation> begun = new ArrayDeque<>();
    try {
      for (HmmProcess process : where) {
        begun.push(host.begin(process.spaceId(), List.of(range(first, last)), event, options));
      }
      if (!begun.stream().allMatch(Invalidation::isHeld)) {
        throw new AssertionError("the host's lease was over before the change");
      }
      how.run();
    } finally {
      begun.forEach(Invalidation::close);
      lock.unlock();
    }
  }

  void locked(Runnable task) {
    lock.lock();
    try {
      task.run();
    } finally {
      lock.unlock();
    }
  }

  <T> T call(Supplier<T> task) {
    lock.lock();
    try {
      return task.get();
    } finally {
      lock.unlock();
    }
  }

  static AddressRange range(int first, int last) {
    return AddressRange.ofLength(address(first), (last - first + 1L) * PAGE_BYTES);
  }

  static long address(int page) {
    return BASE + (long) page * PAGE_BYTES;
  }

  static int page(long address) {
    return Math.toIntExact((address - BASE) / PAGE_BYTES);
  }

  private HmmProcess process(long spaceId, AddressRange range) {
    return call(
        () ->
            processes.stream()
                .filter(process -> process.spaceId() == spaceId)
                .findFirst()
                .orElseThrow(() -> PageFaultException.noMapping(range.first())));
  }

  private <T extends AutoCloseable> T add(T part) {
    toClose.push(part);
    return part;
  }

  @Override
  public void close() throws Exception {
    while (!toClose.isEmpty()) {
      toClose.pop().close();
    }
  }
}
