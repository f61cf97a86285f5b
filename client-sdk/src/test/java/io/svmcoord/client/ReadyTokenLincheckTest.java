package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * read_begin without the lock, read_retry and check_retry are linearizable with the invalidations:
 * under every interleaving of small programs they answer as if one had followed the other. {@code
 * told} is how a thread learns of an invalidation while that is still in its critical section.
 */
@Timeout(300)
class ReadyTokenLincheckTest {
  private static final AddressRanges PAGE = AddressRanges.of(new AddressRange(0, 4095));

  /** No reader waits here. */
  private static final Deadline NEVER =
      Deadline.after(Duration.ofDays(1), ClientEnvironment.system());

  @Test
  void tokens_besideInvalidations_areLinearizable() throws NoSuchMethodException {
    new ModelCheckingOptions()
        .threads(2)
        .actorsBefore(1)
        .actorsPerThread(3)
        .actorsAfter(1)
        .iterations(Integer.getInteger("svm.lincheck.iterations", 2))
        .invocationsPerIteration(Integer.getInteger("svm.lincheck.invocations", 100))
        .addCustomScenario(toldInTheMiddle())
        .sequentialSpecification(Specification.class)
        .check(Subject.class);
  }

  /** A reader with a token learns of an invalidation in its middle: random programs seldom do. */
  private static ExecutionScenario toldInTheMiddle() throws NoSuchMethodException {
    Actor invalidate = new Actor(Subject.class.getMethod("invalidate"), List.of());
    Actor told = new Actor(Subject.class.getMethod("told"), List.of());
    Actor begin = reader("readBegin");
    Actor retry = reader("readRetry");
    Actor check = reader("checkRetry");
    return new ExecutionScenario(
        List.of(begin),
        List.of(List.of(invalidate), List.of(told, check, begin, retry)),
        List.of(retry),
        null);
  }

  private static Actor reader(String method) throws NoSuchMethodException {
    return new Actor(Subject.class.getMethod(method, int.class), List.of(1));
  }

  /** What is checked. */
  @Param(name = "thread", gen = ThreadIdGen.class)
  public static class Subject {
    private static final int THREADS_MAX = 8;

    private volatile long told;
    private final MirrorCore core =
        new MirrorCore(ClientEnvironment.system(), () -> 1, MirrorRules.CORRECT, 1, new Table());
    private final Mirror mirror = NoSession.mirror(core);
    private final LocalToken[] tokens = new LocalToken[THREADS_MAX];
    private long sequence;

    /** A live mirror. */
    public Subject() {
      core.subscribed(PAGE, 4096, Map.of());
    }

    /** An invalidation, begin to end in one hold of the lock, so that no reader waits. */
    @Operation
    public void invalidate() {
      core.lock().lock();
      try {
        sequence++;
        core.invalidate(new InvalidationNotice(1, sequence, Event.CLEAR, PAGE, false));
        core.ended(sequence, false);
      } finally {
        core.lock().unlock();
      }
    }

    /** The invalidations whose teardown has begun. */
    @Operation
    public long told() {
      return told;
    }

    /** The public call's two ways. */
    @Operation
    public void readBegin(@Param(name = "thread") int thread) {
      LocalToken ready = core.ready().find(PAGE);
      tokens[thread] = ready != null ? ready : core.await(PAGE, NEVER);
    }

    /** Under the lock. */
    @Operation
    public boolean readRetry(@Param(name = "thread") int thread) {
      core.lock().lock();
      try {
        return tokens[thread] == null || mirror.readRetry(tokens[thread], PAGE).isRetry();
      } finally {
        core.lock().unlock();
      }
    }

    /** Without it. */
    @Operation
    public boolean checkRetry(@Param(name = "thread") int thread) {
      return tokens[thread] == null || mirror.checkRetry(tokens[thread], PAGE);
    }

    private final class Table implements DeviceTable {
      @Override
      public void install(AddressRange range, List<MirroredPage> pages, Access access) {}

      @Override
      public void invalidate(InvalidationNotice notice) {
        told = notice.sequence();
      }
    }
  }

  /** What it has to be like: a token is the number of the last invalidation. */
  public static class Specification {
    private final long[] tokens = new long[Subject.THREADS_MAX];
    private long changes;

    /** No token is given yet. */
    public Specification() {
      Arrays.fill(tokens, -1);
    }

    /** Whole. */
    public void invalidate() {
      changes++;
    }

    /** All of them. */
    public long told() {
      return changes;
    }

    /** Never waits. */
    public void readBegin(int thread) {
      tokens[thread] = changes;
    }

    /** Exact. */
    public boolean readRetry(int thread) {
      return tokens[thread] != changes;
    }

    /** As exact. */
    public boolean checkRetry(int thread) {
      return tokens[thread] != changes;
    }
  }
}
