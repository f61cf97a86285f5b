package io.svmcoord.loadtest.conformance;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.svmcoord.conformance.v1.DoneRequest;
import io.svmcoord.conformance.v1.Outcome;
import io.svmcoord.conformance.v1.UsedPage;
import io.svmcoord.conformance.v1.UsingRequest;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.FaultRequest;
import io.svmcoord.v1.Page;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that happens between the coordinator and the device in one check, and the judge of it.
 * One lock guards all: what the device does arrives on threads of gRPC, the script waits for it on
 * its own. Thread-safe.
 *
 * <p>Rules that hold in every check, whatever its script is about; the first one that is broken
 * ends the check:
 *
 * <ul>
 *   <li>J1 no page is in use while an ack, a removal, a detach or a new session says that its use
 *       is over.
 *   <li>J2 no page is used between the ack of an invalidation of it and the end.
 *   <li>J3 no page is used with a list from before that ack, that end, that removal or that
 *       session.
 *   <li>J4 a stream begins with open; subscriptions have ids, each with one range.
 * </ul>
 */
final class Scene {
  final Limits limits;
  final LeaseTerms lease;

  /** Faults of these pages wait for the script; of none if it is null. */
  @Nullable AddressRange heldPages;

  /** Whether answers to uses, updates, opens and detaches wait for the script. */
  boolean isHoldingUses;

  boolean isHoldingUpdates;
  boolean isHoldingOpens;
  boolean isHoldingDetaches;

  /** Whether nobody can open a session, as if the coordinator were not in reach. */
  boolean isRefusingOpens;

  boolean isAnsweringHeartbeats = true;
  ByteString incarnation;

  /** The device's streams, in the order in which they came. */
  final List<DeviceLink> links = new ArrayList<>();

  final Map<Long, ScriptedSpace> spaces = new HashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Long, Task> tasks = new HashMap<>();
  private final List<PageUse> uses = new ArrayList<>();
  private long untilNanos;
  private String violation = "";
  private boolean isOver;

  Scene(Limits limits, LeaseTerms lease, ByteString incarnation) {
    this.limits = limits;
    this.lease = lease;
    this.incarnation = incarnation;
    this.untilNanos = nowNanos() + limits.checkMax().toNanos();
  }

  /** The clock of all checks. */
  static long nowNanos() {
    return System.nanoTime();
  }

  // For scripts.

  /** Reads or changes something, and wakes whoever waits. */
  <T> T locked(Supplier<T> task) {
    lock.lock();
    try {
      T result = task.get();
      changed.signalAll();
      return result;
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #locked(Supplier)}. */
  void locked(Runnable task) {
    lock.lock();
    try {
      task.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something is so; false if it is not within the limit.
   *
   * @throws CheckStopped if the device broke a rule, or the check takes too long
   */
  boolean await(long limitNanos, BooleanSupplier isSo) {
    long until = nowNanos() + limitNanos;
    lock.lock();
    try {
      while (true) {
        requireNoViolation();
        if (isSo.getAsBoolean()) {
          return true;
        }
        long now = nowNanos();
        if (now - untilNanos >= 0) {
          throw CheckStopped.failed(
              "the check was not through within %d s".formatted(limits.checkMax().toSeconds()));
        }
        if (now - until >= 0) {
          return false;
        }
        changed.awaitNanos(Math.min(until - now, untilNanos - now));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CheckStopped.skipped("interrupted");
    } finally {
      lock.unlock();
    }
  }

  /**
   * The judge's word at the end of a check.
   *
   * @throws CheckStopped if the device broke a rule
   */
  void requireNoViolation() {
    lock.lock();
    try {
      if (!violation.isEmpty()) {
        throw CheckStopped.failed(violation);
      }
    } finally {
      lock.unlock();
    }
  }

  /** An instruction is about to be given. */
  void add(Task task) {
    locked(() -> tasks.put(task.id(), task));
  }

  /** The script is over: nothing is held any more, nothing is judged. */
  void finish() {
    locked(
        () -> {
          isOver = true;
          violation = "";
          untilNanos = nowNanos() + limits.patience().toNanos();
          if (isHoldingUpdates || isHoldingOpens) {
            // The device waits for an answer that nobody will give.
            links.forEach(DeviceLink::breakOff);
          }
          heldPages = null;
          isHoldingUses = false;
          isHoldingUpdates = false;
          isHoldingOpens = false;
          isHoldingDetaches = false;
          spaces.values().forEach(space -> space.invalidations.clear());
        });
  }

  // What the device does.

  /** A device's stream begins. */
  DeviceLink connected(StreamObserver<DeviceSessionResponse> out) {
    return new DeviceLink(this, out);
  }

  /** Asks for pages: listed now, answered when the script lets it. Blocks. */
  List<Page> fault(FaultRequest request) {
    lock.lock();
    try {
      ScriptedSpace space = spaces.get(request.getSpaceId());
      if (space == null) {
        throw Status.NOT_FOUND
            .withDescription("space_id: %d (expected: a space)".formatted(request.getSpaceId()))
            .asRuntimeException();
      }
      List<Page> pages = space.list(request);
      changed.signalAll();
      while (isHeld(request)) {
        changed.awaitUninterruptibly();
      }
      return pages;
    } finally {
      lock.unlock();
    }
  }

  private boolean isHeld(FaultRequest request) {
    return heldPages != null
        && heldPages.overlaps(
            new AddressRange(request.getRange().getFirst(), request.getRange().getLast()));
  }

  /** Uses pages, until the script lets go of them. Blocks. */
  void using(UsingRequest request) {
    lock.lock();
    try {
      Task task = tasks.get(request.getInstructionId());
      if (task == null) {
        throw unknown(request.getInstructionId());
      }
      long spaceId = task.instruction.getUse().getSpaceId();
      PageUse use = new PageUse(spaceId, request.getPagesList(), nowNanos());
      judge(use);
      task.uses.add(use);
      uses.add(use);
      changed.signalAll();
      while (isHoldingUses) {
        changed.awaitUninterruptibly();
      }
      use.isOver = true;
      uses.remove(use);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** An instruction is done. */
  void done(DoneRequest request) {
    locked(
        () -> {
          Task task = tasks.get(request.getInstructionId());
          if (task == null) {
            throw unknown(request.getInstructionId());
          }
          Outcome outcome = request.getOutcome();
          boolean isKnown = outcome == Outcome.OUTCOME_OK || outcome == Outcome.OUTCOME_UNSUPPORTED;
          task.outcome = isKnown ? outcome : Outcome.OUTCOME_FAILED;
          task.message = request.getMessage();
        });
  }

  private static RuntimeException unknown(long instructionId) {
    return Status.NOT_FOUND
        .withDescription("instruction_id: %d (expected: a present one)".formatted(instructionId))
        .asRuntimeException();
  }

  // The judge; under the lock.

  private void judge(PageUse use) {
    ScriptedSpace space = spaces.get(use.spaceId);
    for (UsedPage page : use.pages) {
      violate(
          space == null
              ? "a page of a space that is gone was used"
              : space.complaint(page.getAddress(), page.getFrame()));
    }
  }

  /** An ack came: by its own word the device has stopped. */
  void acked(ScriptedInvalidation invalidation) {
    if (invalidation.isAnswered()) {
      return;
    }
    invalidation.isAcked = true;
    invalidation.answeredNanos = nowNanos();
    if (!invalidation.isEnded) {
      stopped(invalidation.space, invalidation::covers, "acked " + invalidation);
    }
  }

  /** By its own word the device has stopped using pages: whatever was listed of them is dead. */
  void stopped(ScriptedSpace space, LongPredicate isCovered, String word) {
    for (PageUse use : uses) {
      if (use.spaceId == space.id) {
        use.pages.stream()
            .map(UsedPage::getAddress)
            .filter(isCovered::test)
            .findFirst()
            .ifPresent(
                address ->
                    violate(
                        "%s while page %s was in use".formatted(word, ScriptedSpace.hex(address))));
      }
    }
    space.retire(isCovered);
  }

  /** By its own word the device has dropped everything. */
  void droppedAll(String word) {
    spaces.values().forEach(space -> stopped(space, address -> true, word));
  }

  /** The first complaint is kept. */
  void violate(String complaint) {
    if (violation.isEmpty() && !isOver) {
      violation = complaint;
    }
  }

  /** Milliseconds, for people. */
  static String millis(long nanos) {
    return "%.1f ms".formatted(nanos / (double) TimeUnit.MILLISECONDS.toNanos(1));
  }
}
