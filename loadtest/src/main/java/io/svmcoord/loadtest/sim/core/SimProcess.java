package io.svmcoord.loadtest.sim.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One process of a simulated machine: its threads, timers and faults. A process that crashed does
 * not come back; the next one on its machine is a new object with the same clock.
 *
 * <p>Its threads are virtual ones that block as threads do, on locks, conditions and futures.
 * Whenever one may go on it does so after a short time of chance, so that threads of a process
 * overtake each other as on a machine with many processors. Only waiting with a time limit has to
 * go through here: the JDK's own timers know real time alone.
 *
 * <p>Confined to its simulation.
 */
public final class SimProcess {
  private static final long WAKE_NANOS_MAX = 20_000;
  private static final long LATE_WAKE_NANOS_MAX = 3_000_000;

  /** One wake-up of so many comes late, as on a busy machine. */
  private static final int LATE_WAKE_ONE_IN = 256;

  private final Simulation simulation;
  private final String name;
  private final int number;
  private final SimClock clock;
  private final RandomGenerator random;
  private final Thread.Builder.OfVirtual threads;
  private final ArrayDeque<SimEvent> held = new ArrayDeque<>();
  private final List<Runnable> crashListeners = new ArrayList<>();
  private long pausedUntilNanos;
  private boolean isCrashed;

  /** Whether the next continuation is wanted here and now instead of in the queue. */
  private boolean isFirstWanted;

  private @Nullable Runnable first;

  /**
   * A process that runs nothing yet.
   *
   * @param name for people
   */
  public SimProcess(Simulation simulation, String name, SimClock clock) {
    this.simulation = simulation;
    this.name = name;
    this.number = simulation.nextProcess();
    this.clock = clock;
    this.random = simulation.newRandom();
    this.threads =
        VirtualThreads.on(this::continueLater)
            .name(name)
            .uncaughtExceptionHandler((_, failure) -> simulation.fail(failure));
  }

  /** The simulation that it is part of. */
  public Simulation simulation() {
    return simulation;
  }

  /** Its name, for people. */
  public String name() {
    return name;
  }

  /** Its number among the processes of the simulation, from 1. */
  public int number() {
    return number;
  }

  /** The clock of its machine. */
  public SimClock clock() {
    return clock;
  }

  /** Its source of chance. */
  public RandomGenerator random() {
    return random;
  }

  // What it runs.

  /** Starts a thread that may block; it begins to run a little later. */
  public void start(Runnable task) {
    var _ = threads.start(task);
  }

  /**
   * Runs a task in a thread that may block, here and now, until it is through or waits. Only from
   * an event, that is not from a thread of a process.
   */
  public void startNow(Runnable task) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("startNow: in a thread (expected: in an event)");
    }
    isFirstWanted = true;
    var _ = threads.start(task);
    isFirstWanted = false;
    Runnable continuation = first;
    first = null;
    if (continuation != null) {
      continuation.run();
    }
  }

  /** Has something happen here after a delay of simulated time; the task must not block. */
  public SimEvent schedule(long delayNanos, Runnable task) {
    return simulation.enqueue(new SimEvent(this, task), delayNanos);
  }

  /**
   * Runs a task once this machine's monotonic clock shows so much more, and a short time of chance
   * later. It runs in a thread of its own, which may block.
   */
  public SimTimer after(long localNanos, Runnable task) {
    return new SimTimer(this, localNanos, task);
  }

  /** As {@link #after}, but the task runs as an event: it must not block. */
  public SimTimer alarm(long localNanos, Runnable task) {
    return SimTimer.event(this, localNanos, task);
  }

  // Waiting with a limit, in a thread of this process.

  /**
   * Waits for a future, as {@link CompletableFuture#get(long, java.util.concurrent.TimeUnit)} does,
   * by this machine's clock.
   */
  public <T> T await(CompletableFuture<T> future, long localNanos)
      throws ExecutionException, TimeoutException, InterruptedException {
    if (!future.isDone() && localNanos > 0) {
      Thread waiter = Thread.currentThread();
      var _ = future.whenComplete((_, _) -> LockSupport.unpark(waiter));
      Alarm alarm = new Alarm(localNanos);
      while (!future.isDone() && !alarm.isOver) {
        LockSupport.park(future);
        if (Thread.interrupted()) {
          alarm.cancel();
          throw new InterruptedException();
        }
      }
      alarm.cancel();
    }
    if (!future.isDone()) {
      throw new TimeoutException();
    }
    return future.get();
  }

  /**
   * Waits for a signal, at most for so long by this machine's clock. The caller holds the lock and
   * looks again afterwards.
   */
  @SuppressWarnings("WaitNotInLoop") // The callers loop.
  public void await(Lock lock, Condition condition, long localNanos) throws InterruptedException {
    if (localNanos <= 0) {
      return;
    }
    SimTimer timer = after(localNanos, () -> signalAll(lock, condition));
    try {
      condition.await();
    } finally {
      timer.cancel();
    }
  }

  private static void signalAll(Lock lock, Condition condition) {
    lock.lock();
    try {
      condition.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for so long by this machine's clock; an interrupt ends it early and stays set. */
  public void sleep(long localNanos) {
    Alarm alarm = new Alarm(localNanos);
    while (!alarm.isOver && !Thread.currentThread().isInterrupted()) {
      LockSupport.park(alarm);
    }
    alarm.cancel();
  }

  /** Wakes the thread that made it, once. */
  private final class Alarm {
    private final Thread sleeper = Thread.currentThread();
    private final SimTimer timer;
    private boolean isOver;

    Alarm(long localNanos) {
      timer = alarm(localNanos, this::ring);
    }

    private void ring() {
      isOver = true;
      LockSupport.unpark(sleeper);
    }

    void cancel() {
      timer.cancel();
    }
  }

  // Faults.

  /** Stops for a while, as SIGSTOP does: nothing of it runs, then everything that waited. */
  public void pause(long nanos) {
    long until = simulation.nowNanos() + nanos;
    if (until > pausedUntilNanos) {
      pausedUntilNanos = until;
      var _ = simulation.schedule(nanos, this::resume);
    }
  }

  /** Its machine sleeps for a while: as a pause, but the monotonic clock stands still. */
  public void suspend(long nanos) {
    clock.stop();
    // First, so that what runs after it sees the clock as it is then.
    var _ = simulation.schedule(nanos, clock::goOn);
    pause(nanos);
  }

  /** Dies: nothing of it ever runs again. Not to be called by its own code. */
  public void crash() {
    if (isCrashed) {
      return;
    }
    if (simulation.running() == this) {
      throw new IllegalStateException(
          "crash: called by %s itself (expected: from outside)".formatted(name));
    }
    isCrashed = true;
    held.clear();
    List.copyOf(crashListeners).forEach(Runnable::run);
    crashListeners.clear();
  }

  /** Whether it died. */
  public boolean isCrashed() {
    return isCrashed;
  }

  /** Whether it stands still now. */
  public boolean isPaused() {
    return simulation.nowNanos() < pausedUntilNanos;
  }

  /** Tells when it dies, which its operating system sees: connections break. */
  public void onCrash(Runnable listener) {
    crashListeners.add(listener);
  }

  private void resume() {
    // In one go, so that nothing that is due now overtakes what has waited. A longer pause that
    // began meanwhile has an end of its own.
    while (!isPaused() && !held.isEmpty()) {
      simulation.runAs(this, held.removeFirst());
    }
  }

  // From the simulation and the JDK.

  /** An event of this process is due. */
  void happen(SimEvent event) {
    if (isCrashed) {
      return;
    }
    if (isPaused() || !held.isEmpty()) {
      held.addLast(event);
    } else {
      simulation.runAs(this, event);
    }
  }

  /** A thread of this process may go on. */
  private void continueLater(Runnable continuation) {
    if (isFirstWanted) {
      isFirstWanted = false;
      first = continuation;
    } else if (!isCrashed) {
      var _ = schedule(wakeNanos(), continuation);
    }
  }

  long wakeNanos() {
    return random.nextInt(LATE_WAKE_ONE_IN) == 0
        ? random.nextLong(LATE_WAKE_NANOS_MAX)
        : random.nextLong(WAKE_NANOS_MAX);
  }
}
