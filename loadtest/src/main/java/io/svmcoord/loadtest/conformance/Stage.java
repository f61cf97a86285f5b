package io.svmcoord.loadtest.conformance;

import io.svmcoord.conformance.v1.Leave;
import io.svmcoord.conformance.v1.Mirror;
import io.svmcoord.conformance.v1.NextResponse;
import io.svmcoord.conformance.v1.Outcome;
import io.svmcoord.conformance.v1.Use;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.InvalidationEvent;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The words in which scripts speak: instructions for the device, events of the coordinator, and
 * what has to be seen. Confined to the script's thread.
 */
final class Stage {
  /** A device gives up this much later than the script. */
  private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(2);

  private static final int UNMAP = InvalidationEvent.INVALIDATION_EVENT_UNMAP.getNumber();

  final Scene scene;

  /** The space of the check. */
  final ScriptedSpace space;

  private final Instructions instructions;
  private boolean hasMirrored;
  private boolean hasLeft;

  Stage(Scene scene, ScriptedSpace space, Instructions instructions) {
    this.scene = scene;
    this.space = space;
    this.instructions = instructions;
    addSpace(space);
  }

  /** Another space of the same coordinator. */
  void addSpace(ScriptedSpace other) {
    scene.locked(() -> scene.spaces.put(other.id, other));
  }

  // Instructions for the device.

  /** The device mirrors pages of the check's space. */
  void mirror(AddressRange... ranges) {
    awaitOk(startUpdate(space, List.of(ranges), List.of()), "mirror");
  }

  /** The device no longer mirrors pages. */
  void unmirror(AddressRange... ranges) {
    awaitOk(startUnmirror(ranges), "mirror no longer");
  }

  Task startUnmirror(AddressRange... ranges) {
    return startUpdate(space, List.of(), List.of(ranges));
  }

  Task startMirror(AddressRange... ranges) {
    return startUpdate(space, List.of(ranges), List.of());
  }

  Task startUpdate(ScriptedSpace where, List<AddressRange> add, List<AddressRange> remove) {
    hasMirrored = true;
    return give(
        NextResponse.newBuilder()
            .setMirror(
                Mirror.newBuilder()
                    .setSpaceId(where.id)
                    .addAllAdd(Notices.ranges(add))
                    .addAllRemove(Notices.ranges(remove))));
  }

  /** The device uses pages, as one unit. */
  Task use(AddressRange... ranges) {
    return use(space, true, ranges);
  }

  Task use(ScriptedSpace where, boolean isFaulting, AddressRange... ranges) {
    Duration timeout = scene.limits.patience().plus(GIVE_UP_AFTER);
    return give(
        NextResponse.newBuilder()
            .setUse(
                Use.newBuilder()
                    .setSpaceId(where.id)
                    .addAllRanges(Notices.ranges(List.of(ranges)))
                    .setFault(isFaulting)
                    .setTimeoutMillis((int) timeout.toMillis())));
  }

  /** The device faults pages in and uses them; returns when it has. */
  void map(AddressRange... ranges) {
    Task task = use(ranges);
    awaitUsed(task, "the first use of " + List.of(ranges));
    awaitOk(task, "use");
  }

  /** The device uses what is mapped of these pages now; true if something is. */
  boolean isMapped(AddressRange... ranges) {
    Task task = use(space, false, ranges);
    awaitOk(task, "use of what is mapped");
    return !task.uses.isEmpty();
  }

  Task startLeave() {
    hasLeft = true;
    return give(NextResponse.newBuilder().setLeave(Leave.getDefaultInstance()));
  }

  private Task give(NextResponse.Builder instruction) {
    Task task = new Task(instruction.setInstructionId(instructions.nextId()).build());
    scene.add(task);
    instructions.add(task.instruction);
    return task;
  }

  // Events of the coordinator.

  /** The device's stream of now. */
  DeviceLink link() {
    return scene.locked(
        () -> {
          if (scene.links.isEmpty()) {
            throw CheckStopped.failed("the device has no session (expected: one)");
          }
          return scene.links.getLast();
        });
  }

  /** An invalidation begins, and the device is told. */
  Running begin(AddressRange... ranges) {
    return begin(space, UNMAP, false, ranges);
  }

  Running begin(InvalidationEvent event, AddressRange... ranges) {
    return begin(space, event.getNumber(), false, ranges);
  }

  Running begin(ScriptedSpace where, int event, boolean isNonBlockable, AddressRange... ranges) {
    return scene.locked(
        () -> {
          Running running = beginUnsent(where, ranges);
          link().send(Notices.invalidate(running.invalidation, event, isNonBlockable));
          return running;
        });
  }

  Running beginNonBlockable(InvalidationEvent event, AddressRange... ranges) {
    return begin(space, event.getNumber(), true, ranges);
  }

  /** An invalidation begins; its notice is for the script to send. */
  Running beginUnsent(ScriptedSpace where, AddressRange... ranges) {
    return scene.locked(
        () -> {
          ScriptedInvalidation made =
              new ScriptedInvalidation(
                  where, where.epoch, where.nextSequence(), List.of(ranges), Scene.nowNanos());
          where.invalidations.add(made);
          return new Running(this, made);
        });
  }

  /** The device is told once what happened in the space since it was told last. */
  void catchUp(AddressRange... changed) {
    catchUp(false, List.of(changed));
  }

  /** As {@link #catchUp}, when too much happened to be kept. */
  void resync() {
    catchUp(true, List.of());
  }

  private void catchUp(boolean isResync, List<AddressRange> changed) {
    scene.locked(() -> link().send(Notices.caughtUp(space, link().version(), isResync, changed)));
  }

  /** An invalidation that began before the device subscribed: it owes nothing for it. */
  Running beginBefore(AddressRange... ranges) {
    Running running = beginUnsent(space, ranges);
    scene.locked(() -> running.invalidation.isAcked = true);
    return running;
  }

  void send(DeviceNotice.Builder... notices) {
    scene.locked(() -> link().send(notices));
  }

  /** Faults of these pages are listed as they come, and answered later. */
  void holdFaults(AddressRange pages) {
    scene.locked(() -> scene.heldPages = pages);
  }

  /** Answers them all. */
  void answerFaults() {
    scene.locked(() -> scene.heldPages = null);
  }

  void holdUses(boolean isHolding) {
    scene.locked(() -> scene.isHoldingUses = isHolding);
  }

  void holdUpdates(boolean isHolding) {
    scene.locked(() -> scene.isHoldingUpdates = isHolding);
  }

  // What has to be seen.

  /** Waits for something that the device has to do. */
  void await(String what, BooleanSupplier isSo) {
    Duration patience = scene.limits.patience();
    if (!scene.await(patience.toNanos(), isSo)) {
      throw CheckStopped.failed(
          "nothing within %d ms (expected: %s)".formatted(patience.toMillis(), what));
    }
  }

  /** Waits while the device may not do something. */
  void awaitQuiet(String what, BooleanSupplier isDone) {
    if (scene.await(scene.limits.quiet().toNanos(), isDone)) {
      throw CheckStopped.failed(what);
    }
  }

  /** Waits for as long as something has to settle that can't be seen. */
  void settle() {
    pause(scene.limits.quiet());
  }

  /** Lets time pass. */
  void pause(Duration time) {
    var _ = scene.await(time.toNanos(), () -> false);
  }

  /** Waits until a task uses its pages: fresh ones, or the judge stops the check. */
  void awaitUsed(Task task, String what) {
    await(what, () -> !task.uses.isEmpty() || task.isDone());
    if (task.uses.isEmpty()) {
      skipUnsupported(task);
      throw CheckStopped.failed(
          "%s came to nothing: %s %s".formatted(what, task.outcome, task.message));
    }
    long wanted =
        task.instruction.getUse().getRangesList().stream()
            .mapToLong(range -> (range.getLast() - range.getFirst()) / ScriptedSpace.PAGE_BYTES + 1)
            .sum();
    int used = scene.locked(() -> task.uses.getFirst().pages.size());
    if (used != wanted) {
      throw CheckStopped.failed(
          "%s: %d pages at once (expected: %d)".formatted(what, used, wanted));
    }
  }

  /** A task may not use its pages yet; the judge says why if it does. */
  void expectUnused(Task task, String what) {
    awaitQuiet(what, () -> !task.uses.isEmpty());
  }

  /** Waits until the device has asked for a page so often. */
  void awaitFaults(AddressRange page, int times) {
    await("a fault of " + page, () -> space.faults(page.first()) >= times);
  }

  void awaitOk(Task task, String what) {
    awaitDone(task, what);
    skipUnsupported(task);
    if (task.outcome != Outcome.OUTCOME_OK) {
      throw CheckStopped.failed(
          "%s: %s %s (expected: OK)".formatted(what, task.outcome, task.message));
    }
  }

  void awaitDone(Task task, String what) {
    await("the end of instruction " + task.id() + ", " + what, task::isDone);
  }

  private static void skipUnsupported(Task task) {
    if (task.outcome == Outcome.OUTCOME_UNSUPPORTED) {
      throw CheckStopped.skipped("the device program has no such function: " + task.message);
    }
  }

  /** What was mapped has to be gone. */
  void expectUnmapped(String when, AddressRange... ranges) {
    if (isMapped(ranges)) {
      throw CheckStopped.failed(
          "%s: %s was still used (expected: nothing mapped)".formatted(when, List.of(ranges)));
    }
  }

  /** Waits for the n-th update on the present stream, counted from 1, which a task is to send. */
  DeviceCommand awaitUpdate(Task task, int number) {
    DeviceLink link = link();
    await(
        "update " + number + " of the subscriptions",
        () -> link.updates.size() >= number || task.isDone());
    skipUnsupported(task);
    if (link.updates.size() < number) {
      throw CheckStopped.failed(
          "no update of the subscriptions: %s %s (expected: one)"
              .formatted(task.outcome, task.message));
    }
    return scene.locked(() -> link.updates.get(number - 1));
  }

  /** Waits for the device's n-th stream that is open, counted from 1. */
  DeviceLink awaitSession(int number) {
    await("session " + number, () -> scene.links.size() >= number);
    return scene.locked(() -> scene.links.get(number - 1));
  }

  // The end.

  /** The device leaves, however the check came out, as far as it still can. */
  void clear() {
    scene.finish();
    if (hasMirrored && !hasLeft) {
      Task leave = startLeave();
      var _ = isDoneInTime(leave);
    }
    scene.locked(() -> scene.links.forEach(DeviceLink::complete));
    instructions.clear();
  }

  private boolean isDoneInTime(Task task) {
    try {
      return scene.await(scene.limits.patience().toNanos(), task::isDone);
    } catch (CheckStopped e) {
      // The check's time is over: it has failed for that already.
      return false;
    }
  }
}
