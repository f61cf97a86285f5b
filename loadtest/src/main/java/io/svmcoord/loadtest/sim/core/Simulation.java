package io.svmcoord.loadtest.sim.core;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Time, chance and the queue of what happens next: all of a run follows from its seed.
 *
 * <p>Confined to the thread that made it, which also carries the virtual threads of its processes.
 * They call in from their own code; a call from any other thread is a broken promise of the code
 * under test, a timer of the JDK for example, and fails the run.
 */
public final class Simulation {
  /** Steps after which a run that does not end is called endless, unless told otherwise. */
  public static final long STEPS_MAX_DEFAULT = 10_000_000;

  private final Thread owner = Thread.currentThread();
  private final PriorityQueue<SimEvent> events = new PriorityQueue<>();
  private final SplittableRandom random;
  private final long seed;
  private final Trace trace;
  private final long stepsMax;
  private long nowNanos;
  private long steps;
  private long scheduled;
  private int processes;
  private @Nullable SimProcess running;

  /** Volatile, as a stray thread writes it. */
  private volatile @Nullable Throwable failure;

  /** A simulation without lines and with the default limit. */
  public Simulation(long seed) {
    this(seed, Trace.off(), STEPS_MAX_DEFAULT);
  }

  /**
   * A simulation at time 0 in which nothing is going to happen yet.
   *
   * @param stepsMax more steps than that are an error of the scenario or a loop without an end
   */
  public Simulation(long seed, Trace trace, long stepsMax) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.trace = trace;
    this.stepsMax = stepsMax;
  }

  /** What the run follows from. */
  public long seed() {
    return seed;
  }

  /** The only real time: nanoseconds since the beginning, never negative. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Events that happened. */
  public long steps() {
    return steps;
  }

  /** What happened. */
  public Trace trace() {
    return trace;
  }

  /** Writes a line with the time now, if lines are on; ask {@link Trace#isOn} before. */
  public void note(String who, String what) {
    trace.line(nowNanos, who, what);
  }

  /** A source of chance of its own, for a part that draws as it likes without moving others. */
  public RandomGenerator newRandom() {
    return random.split();
  }

  /** The process whose code runs now; null if none. */
  public @Nullable SimProcess running() {
    return running;
  }

  /** Has something happen in the world outside of processes, after a delay of 0 or more. */
  public SimEvent schedule(long delayNanos, Runnable task) {
    return enqueue(new SimEvent(null, task), delayNanos);
  }

  /** Puts an event into the queue. */
  SimEvent enqueue(SimEvent event, long delayNanos) {
    requireInside();
    long time = nowNanos + Math.max(0, delayNanos);
    event.timeNanos = time < nowNanos ? Long.MAX_VALUE : time;
    event.number = scheduled++;
    events.add(event);
    return event;
  }

  /** The number of a new process. */
  int nextProcess() {
    return ++processes;
  }

  /** The run is worth nothing any more: {@link #step} throws this. From any thread. */
  public void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  /**
   * The next event happens.
   *
   * @return false if there is none
   * @throws SimulationFailedException if code of a process threw, or the limit of steps is reached
   */
  public boolean step() {
    SimEvent event = next();
    if (event == null) {
      return false;
    }
    events.poll();
    nowNanos = event.timeNanos;
    if (++steps > stepsMax) {
      throw new SimulationFailedException(seed, nowNanos, "more than " + stepsMax + " steps", null);
    }
    trace.mix(nowNanos);
    try {
      happen(event);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    throwFailure();
    return true;
  }

  private void happen(SimEvent event) {
    SimProcess process = event.process;
    if (process == null) {
      event.happen();
    } else {
      trace.mix(process.number());
      process.happen(event);
    }
  }

  /** Runs until a time and stands there, whatever is left to happen later. */
  public void runUntil(long timeNanos) {
    for (SimEvent event = next(); event != null && event.timeNanos <= timeNanos; event = next()) {
      step();
    }
    nowNanos = Math.max(nowNanos, timeNanos);
  }

  /**
   * Runs until something is so, at most until a time.
   *
   * @return whether it is so
   */
  public boolean runUntil(BooleanSupplier condition, long timeNanosMax) {
    while (!condition.getAsBoolean()) {
      SimEvent event = next();
      if (event == null || event.timeNanos > timeNanosMax) {
        return false;
      }
      step();
    }
    return true;
  }

  /** Runs something as a process's code, which {@link #running} tells. */
  void runAs(SimProcess process, SimEvent event) {
    running = process;
    try {
      event.happen();
    } finally {
      running = null;
    }
  }

  /** Fails the run if the caller is neither the owner nor a virtual thread that it carries. */
  void requireInside() {
    Thread caller = Thread.currentThread();
    if (!caller.equals(owner) && !caller.isVirtual()) {
      IllegalStateException stray =
          new IllegalStateException(
              "thread: %s (expected: the simulation's own; something waits in real time)"
                  .formatted(caller.getName()));
      fail(stray);
      throw stray;
    }
  }

  private @Nullable SimEvent next() {
    SimEvent event = events.peek();
    while (event != null && event.isCancelled()) {
      events.poll();
      event = events.peek();
    }
    return event;
  }

  private void throwFailure() {
    Throwable cause = failure;
    if (cause != null) {
      throw new SimulationFailedException(seed, nowNanos, String.valueOf(cause), cause);
    }
  }
}
