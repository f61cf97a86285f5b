package io.svmcoord.server.service;

import io.svmcoord.server.kernel.Coordinator;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confines the kernel to one event loop: whatever calls it comes through {@link #run}.
 *
 * <p>On the kernel's loop an input runs at once, with no hop; from another loop it goes into one
 * inbox, for which at most one task is on its way. Acks, heartbeats and ends have a lane of their
 * own in it ({@link #runFirst}), so that no flood of other work holds them up (promise G6). An
 * input that is caused by the effects of another one runs after it, never in its middle. After each
 * input the deadlines are looked at and what was said to streams of other loops is handed over.
 *
 * <p>Invariants: I1 at most one input runs at a time; I2 inputs of one source and lane run in its
 * order; I3 there is a task on its way for the kernel's next deadline whenever there is such a
 * deadline.
 *
 * <p>Thread-safe. {@link #run} doesn't block.
 */
final class KernelLoop {
  private static final Logger log = LoggerFactory.getLogger(KernelLoop.class);

  /** Inputs of other loops that run before the sockets of this loop get their turn. */
  private static final int INBOX_SLICE = 256;

  private record Input<T>(T argument, Consumer<? super T> input) {
    void run() {
      input.accept(argument);
    }
  }

  private final Loop loop;
  private final LongSupplier nanoTime;
  private final Coordinator coordinator;
  private final Runnable afterInput;
  private final Queue<Input<?>> inbox = new ConcurrentLinkedQueue<>();
  private final Queue<Input<?>> firstLane = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean inboxArmed = new AtomicBoolean();

  // Confined to the loop from here on.
  private final ArrayDeque<Input<?>> caused = new ArrayDeque<>();
  private boolean running;
  private boolean timerArmed;
  private long timerNanos;

  /**
   * A loop for one kernel.
   *
   * @param afterInput runs on the loop after each input
   */
  KernelLoop(Loop loop, LongSupplier nanoTime, Coordinator coordinator, Runnable afterInput) {
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.coordinator = coordinator;
    this.afterInput = afterInput;
  }

  /** The time that goes into the kernel's inputs. */
  long nowNanos() {
    return nanoTime.getAsLong();
  }

  /** Whether the caller may touch the kernel. */
  boolean isCurrent() {
    return loop.isCurrent();
  }

  /**
   * Runs an input on the kernel's loop: now, if the caller is there and no input runs; else later.
   * An input that throws is a mistake of ours: it is logged, and the loop goes on, unless it was
   * the kernel that threw in the middle of a change. Then no input runs any more, so that nobody is
   * answered from a state that can't be trusted.
   */
  <T> void run(T argument, Consumer<? super T> input) {
    run(argument, input, inbox);
  }

  /**
   * As {@link #run}, but before whatever of other loops waits there: for inputs that let others go
   * on and cost little.
   */
  <T> void runFirst(T argument, Consumer<? super T> input) {
    run(argument, input, firstLane);
  }

  private <T> void run(T argument, Consumer<? super T> input, Queue<Input<?>> lane) {
    if (!loop.isCurrent()) {
      lane.add(new Input<>(argument, input));
      armInbox();
    } else if (running) {
      caused.add(new Input<>(argument, input));
    } else {
      enter(argument, input);
    }
  }

  private <T> void enter(T argument, Consumer<? super T> input) {
    running = true;
    try {
      runGuarded(argument, input);
      for (Input<?> next = caused.poll(); next != null; next = caused.poll()) {
        runGuarded(next, Input::run);
      }
    } finally {
      running = false;
    }
    afterInput.run();
    armTimer();
  }

  private <T> void runGuarded(T argument, Consumer<? super T> input) {
    if (coordinator.isBroken()) {
      return;
    }
    try {
      input.accept(argument);
    } catch (RuntimeException e) {
      log.error("an input of the kernel failed", e);
      if (coordinator.isBroken()) {
        log.error("the kernel is broken: nothing is answered any more; restart this process");
      }
    }
  }

  private void armInbox() {
    if (inboxArmed.compareAndSet(false, true)) {
      loop.execute(this::drainInbox);
    }
  }

  private void drainInbox() {
    // Disarmed before the queues are read: an input that is added after the last poll arms it
    // again.
    inboxArmed.set(false);
    for (int i = 0; i < INBOX_SLICE; i++) {
      Input<?> next = firstLane.poll();
      if (next == null) {
        next = inbox.poll();
      }
      if (next == null) {
        return;
      }
      enter(next, Input::run);
    }
    armInbox();
  }

  /** Arms a timer only for a deadline that is earlier than the armed one: most inputs arm none. */
  private void armTimer() {
    if (coordinator.isBroken() || !coordinator.hasDeadline()) {
      return;
    }
    long deadline = coordinator.nextDeadlineNanos();
    if (timerArmed && deadline - timerNanos >= 0) {
      return;
    }
    timerArmed = true;
    timerNanos = deadline;
    loop.schedule(() -> onTimer(deadline), Math.max(0, deadline - nowNanos()));
  }

  private void onTimer(long deadline) {
    if (!timerArmed || timerNanos != deadline) {
      return; // An earlier one was armed after this one, and has armed its successor.
    }
    timerArmed = false;
    enter(nowNanos(), coordinator::advanceTo);
  }
}
