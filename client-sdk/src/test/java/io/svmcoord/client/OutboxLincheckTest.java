package io.svmcoord.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The outbox under every interleaving of small programs: what its calls answer is linearizable, and
 * when all have returned nothing is left behind, doubled, or sent on a call that is half-closed.
 */
@Timeout(300)
class OutboxLincheckTest {
  @Test
  void outbox_sendersAndEnding_isLinearizableAndLeavesNothing() {
    new ModelCheckingOptions()
        .threads(2)
        .actorsBefore(0)
        .actorsPerThread(3)
        .actorsAfter(0)
        .iterations(Integer.getInteger("svm.lincheck.iterations", 4))
        .invocationsPerIteration(Integer.getInteger("svm.lincheck.invocations", 100))
        .check(Subject.class);
  }

  /** What is checked; sequentially run it is its own specification. */
  @Param(name = "part", gen = IntGen.class, conf = "0:9")
  public static class Subject {
    private final RecordingCall call = new RecordingCall();
    private final Outbox<List<Integer>, List<Integer>> outbox =
        new Outbox<>(ArrayList::new, List::copyOf);

    private final AtomicInteger taken = new AtomicInteger();
    private volatile boolean isAttached;
    private volatile boolean isHalfClosed;

    /** Not attached yet. */
    public Subject() {}

    /** The call is there. */
    @Operation(runOnce = true)
    public void attach() {
      isAttached = true;
      outbox.attach(call);
    }

    /** Whether it was taken. */
    @Operation
    public boolean send(@Param(name = "part") int part) {
      boolean isTaken = outbox.send(message -> message.add(part));
      if (isTaken) {
        taken.incrementAndGet();
      }
      return isTaken;
    }

    /** The last of the call. */
    @Operation(runOnce = true)
    public void halfClose() {
      isHalfClosed = true;
      outbox.halfClose();
    }

    /** When all calls have returned. */
    @Validate
    public void leavesNothing() {
      int sent = 0;
      for (List<Integer> message : call.sent) {
        sent += message.size();
      }
      int expected = isAttached ? taken.get() : 0;
      boolean isEnded = isAttached && isHalfClosed;
      // What races with the half-close may be dropped; what was taken without one may not.
      if (isEnded ? sent > expected : sent != expected) {
        throw new IllegalStateException("sent: %d (expected: %d)".formatted(sent, expected));
      }
      if (isEnded != "completed".equals(call.ended)) {
        throw new IllegalStateException("ended: " + call.ended);
      }
    }
  }
}
