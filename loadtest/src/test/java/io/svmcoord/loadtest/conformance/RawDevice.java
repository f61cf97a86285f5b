package io.svmcoord.loadtest.conformance;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.svmcoord.conformance.v1.UsedPage;
import io.svmcoord.loadtest.conformance.device.DeviceUnderTest;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.Access;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.FaultRequest;
import io.svmcoord.v1.PageSourceServiceGrpc;
import io.svmcoord.v1.PageSourceServiceGrpc.PageSourceServiceBlockingStub;
import io.svmcoord.v1.SessionOpened;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A device that speaks the contract itself, without the SDK; correct but for the mistakes that it
 * is told to make. Thread-safe.
 */
final class RawDevice implements DeviceUnderTest, AutoCloseable {
  private static final long ANSWER_SECONDS_MAX = 8;
  private static final long LEASE_LOOK_MILLIS = 10;
  private static final long REOPEN_MILLIS = 50;
  private static final long REOPEN_LATE_MILLIS = 3_500;
  private static final long GAP_MILLIS = 40;

  private final Set<Mistake> mistakes;
  private final ManagedChannel channel;
  private final PageSourceServiceBlockingStub pages;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final Map<Long, RawSpace> spaces = new ConcurrentHashMap<>();
  private final RawSubscriptions subscriptions = new RawSubscriptions(this);
  private final RawEvents events;

  private volatile @Nullable RawStream stream;

  /** The last stream that was opened, also after it broke: its lease is the device's. */
  private volatile @Nullable RawStream lastOpened;

  private ByteString key = ByteString.EMPTY;
  private ByteString incarnation = ByteString.EMPTY;
  private boolean isLeaving;

  RawDevice(String target, Mistake... mistakes) {
    this.mistakes = EnumSet.noneOf(Mistake.class);
    this.mistakes.addAll(List.of(mistakes));
    channel = NettyChannelBuilder.forTarget(target).usePlaintext().build();
    pages = PageSourceServiceGrpc.newBlockingStub(channel);
    events = new RawEvents(this, spaces, subscriptions);
    var _ =
        timer.scheduleWithFixedDelay(
            this::watchLease, LEASE_LOOK_MILLIS, LEASE_LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  boolean is(Mistake mistake) {
    return mistakes.contains(mistake);
  }

  // Instructions.

  @Override
  public void mirror(long spaceId, List<AddressRange> add, List<AddressRange> remove) {
    RawStream now = openSession();
    RawSpace space = spaces.computeIfAbsent(spaceId, id -> new RawSpace(this, id));
    subscriptions.update(now, space, add, remove);
  }

  private synchronized RawStream openSession() {
    RawStream now = stream;
    if (now != null && !now.isLeft && !now.closed.isDone()) {
      return now;
    }
    isLeaving = false;
    key = ByteString.EMPTY;
    RawStream first = connect();
    SessionOpened opened = await(first.opened);
    key = opened.getSessionKey();
    incarnation = opened.getIncarnation();
    lastOpened = first;
    return first;
  }

  private RawStream connect() {
    RawStream next = new RawStream(this, channel, timer);
    stream = next;
    next.open(key);
    return next;
  }

  @Override
  public void use(
      long spaceId, List<AddressRange> ranges, Duration timeout, Consumer<List<UsedPage>> using) {
    RawSpace space = require(spaceId);
    long untilNanos = System.nanoTime() + timeout.toNanos();
    List<UsedPage> collected = new ArrayList<>();
    space.lock.lock();
    try {
      while (true) {
        requireSubscribed(space, ranges);
        long left = untilNanos - System.nanoTime();
        if (left <= 0) {
          throw new IllegalStateException("no use within " + timeout);
        }
        if (!isUsable(space) || space.isRunning(ranges)) {
          var _ = space.changed.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(20)));
          continue;
        }
        List<AddressRange> missing = space.missing(ranges);
        if (is(Mistake.CHECKS_LAST_RANGE_ONLY) && collected.size() == ranges.size()) {
          using.accept(collected);
          return;
        }
        if (missing.isEmpty()) {
          using.accept(space.mapped(ranges));
          return;
        }
        for (AddressRange range : missing) {
          collected.addAll(fault(space, range, left));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      space.lock.unlock();
    }
  }

  /** Under the lock, which is let go of while the pages are fetched. */
  private List<UsedPage> fault(RawSpace space, AddressRange range, long leftNanos) {
    long token = space.token();
    long generation = space.generation;
    space.lock.unlock();
    List<UsedPage> listed;
    try {
      listed =
          pages
              .withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS)
              .fault(
                  FaultRequest.newBuilder()
                      .setSpaceId(space.id)
                      .setRange(Notices.range(range))
                      .setAccess(Access.ACCESS_READ)
                      .build())
              .getPagesList()
              .stream()
              .map(
                  page ->
                      UsedPage.newBuilder()
                          .setAddress(page.getAddress())
                          .setFrame(page.getFrame())
                          .build())
              .toList();
    } finally {
      space.lock.lock();
    }
    if (space.generation != generation || space.isRetry(token, List.of(range))) {
      return List.of();
    }
    if (is(Mistake.UNLOCKS_BETWEEN_CHECK_AND_INSTALL)) {
      space.lock.unlock();
      pause();
      space.lock.lock();
    }
    listed.forEach(space::install);
    return listed;
  }

  /** As long as a wrong order takes, so that the other side of the race can be met. */
  static void pause() {
    long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GAP_MILLIS);
    for (long left = 1; left > 0; left = untilNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void useMapped(long spaceId, List<AddressRange> ranges, Consumer<List<UsedPage>> using) {
    RawSpace space = spaces.get(spaceId);
    if (space == null) {
      return;
    }
    space.lock.lock();
    try {
      List<UsedPage> mapped = space.mapped(ranges);
      if (!space.isGone && isUsable(space) && !mapped.isEmpty()) {
        using.accept(mapped);
      }
    } finally {
      space.lock.unlock();
    }
  }

  private boolean isUsable(RawSpace space) {
    RawStream last = lastOpened;
    return space.isSubscribed && last != null && !last.isLeaseOver();
  }

  private static void requireSubscribed(RawSpace space, List<AddressRange> ranges) {
    if (space.isGone) {
      throw new IllegalStateException("the space is gone");
    }
    // While it subscribes again it waits, and looks then.
    if (space.isSubscribed && !ranges.stream().allMatch(space::covers)) {
      throw new IllegalArgumentException("not mirrored: " + ranges);
    }
  }

  private RawSpace require(long spaceId) {
    RawSpace found = spaces.get(spaceId);
    if (found == null) {
      throw new IllegalArgumentException("not mirrored: space " + spaceId);
    }
    return found;
  }

  @Override
  public void leave() {
    RawStream now;
    // Those of now alone: whoever drops them late may meet the next session's.
    List<RawSpace> left = List.copyOf(spaces.values());
    synchronized (this) {
      isLeaving = true;
      now = stream;
      if (now != null) {
        now.isLeft = true;
      }
      stream = is(Mistake.DETACHES_BEFORE_DROP) ? now : null;
    }
    if (!is(Mistake.DETACHES_BEFORE_DROP)) {
      left.forEach(this::forget);
    }
    if (now != null) {
      now.command(DeviceCommand.newBuilder().setDetach(Detach.getDefaultInstance()));
      now.halfClose();
      var _ = await(now.closed);
    }
    left.forEach(this::forget);
  }

  private void forget(RawSpace space) {
    space.locked(
        () -> {
          space.isGone = true;
          space.dropAll();
        });
    spaces.remove(space.id, space);
  }

  // The life of the session.

  void received(RawStream from, DeviceSessionResponse message) {
    events.received(from, message);
  }

  boolean isCurrent(RawStream one) {
    return one == stream;
  }

  /** A stream is over. */
  void lost(RawStream one, Status status) {
    subscriptions.lost(one);
    synchronized (this) {
      if (isLeaving || one != stream) {
        return;
      }
    }
    boolean isEvicted = status.getCode() == Status.Code.FAILED_PRECONDITION;
    boolean isStopped = String.valueOf(status.getDescription()).contains("stops");
    boolean isKeeping =
        is(isEvicted ? Mistake.KEEPS_PAGES_WHEN_EVICTED : Mistake.KEEPS_PAGES_WHEN_BROKEN)
            && !isStopped;
    long delay = is(Mistake.NO_LEASE_WITHOUT_STREAM) ? REOPEN_LATE_MILLIS : REOPEN_MILLIS;
    var _ = timer.schedule(() -> reopen(one, isKeeping), delay, TimeUnit.MILLISECONDS);
  }

  /** Drops everything and opens a new session in place of a stream that is given up. */
  void restart() {
    RawStream now = stream;
    if (now != null) {
      dropAll();
      now.halfClose();
      reopen(now, false);
    }
  }

  private void reopen(RawStream before, boolean isKeeping) {
    RawStream next;
    synchronized (this) {
      if (isLeaving || stream != before) {
        return;
      }
      if (!isKeeping) {
        dropAll();
      }
      next = connect();
    }
    var _ =
        next.opened.thenAccept(
            opened -> Thread.ofVirtual().start(() -> subscribeAgain(next, opened)));
  }

  private void subscribeAgain(RawStream now, SessionOpened opened) {
    boolean isSame = incarnation.equals(opened.getIncarnation());
    synchronized (this) {
      key = opened.getSessionKey();
      incarnation = opened.getIncarnation();
      lastOpened = now;
    }
    for (RawSpace space : spaces.values()) {
      space.locked(
          () -> {
            space.isGone |= !isSame && !is(Mistake.IGNORES_INCARNATION);
            space.changed.signalAll();
          });
      if (!space.isGone && !now.closed.isDone()) {
        subscriptions.subscribeAgain(now, space);
      }
    }
  }

  private void dropAll() {
    spaces.values().forEach(space -> space.locked(space::dropAll));
  }

  private void watchLease() {
    RawStream now = stream;
    if (now != null && now.opened.isDone() && !now.closed.isDone() && now.isLeaseOver()) {
      restart();
    }
  }

  /** Blocks, at most for a while. */
  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new IllegalStateException("no answer: " + e, e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      isLeaving = true;
    }
    timer.shutdownNow();
    events.close();
    channel.shutdownNow();
  }
}
