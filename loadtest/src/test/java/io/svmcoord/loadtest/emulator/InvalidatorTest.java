package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.EndResult;
import io.svmcoord.client.Event;
import io.svmcoord.client.FanOut;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.InvalidationId;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.client.SessionState;
import io.svmcoord.client.SvmException;
import io.svmcoord.loadtest.memory.HostMemory;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InvalidatorTest {
  private final HostMemory memory =
      new HostMemory(SharedMemory.create(new MemoryGeometry(4096, 16, 16, 1, 0)), System::nanoTime);
  private final HostCounters counters = new HostCounters(Duration.ofHours(1));
  private final FakeSession session = new FakeSession();
  private final Invalidator invalidator = new Invalidator(session, memory, counters);

  /** Any refusal will do; this one can be made here. */
  private static SvmException failure() {
    return PageFaultException.noMapping(0);
  }

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void change_begun_madeUnderTheLockBetweenBeginAndEnd() {
    assertThat(change()).isEmpty();

    assertThat(session.steps).containsExactly("begin", "change under lock", "end");
    assertThat(counters.stats().invalidationsByKind()).containsEntry("test", 1L);
    assertThat(counters.stats().concurrentBeginsMax()).isEqualTo(1);
  }

  @Test
  void change_beginFails_nothingChangedAndFailureReturned() {
    session.beginFailures = 1;

    assertThat(change()).containsInstanceOf(PageFaultException.class);

    assertThat(session.steps).containsExactly("begin");
    assertThat(counters.stats().failed()).containsEntry("BEGIN_NO_MAPPING", 1L);
    assertThat(counters.stats().invalidations()).isZero();
  }

  @Test
  void change_leaseIsOver_nothingChangedButEnded() {
    session.isHeld = false;

    assertThat(change()).isEmpty();

    assertThat(session.steps).containsExactly("begin", "end");
    assertThat(counters.stats().withheld()).isEqualTo(1);
    assertThat(counters.stats().invalidations()).isZero();
  }

  @Test
  void change_endFailsOnce_endedAgain() {
    session.endFailures = 1;

    assertThat(change()).isEmpty();

    assertThat(session.steps).containsExactly("begin", "change under lock", "end", "end");
    assertThat(counters.stats().unfinished()).isZero();
    assertThat(counters.stats().invalidations()).isEqualTo(1);
  }

  @Test
  void change_endNeverAnswered_unfinished() {
    session.endFailures = Integer.MAX_VALUE;

    assertThat(change()).isEmpty();

    assertThat(session.steps).filteredOn("end"::equals).hasSize(Invalidator.END_ATTEMPTS_MAX);
    assertThat(counters.stats().unfinished()).isEqualTo(1);
    assertThat(counters.stats().invalidations()).isZero();
  }

  @Test
  void change_throws_endedAllTheSame() {
    assertThatThrownBy(
            () ->
                change(
                    () -> {
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");

    assertThat(session.steps).containsExactly("begin", "end");
  }

  private Optional<SvmException> change() {
    return change(
        () ->
            session.steps.add(
                memory.lock().isWriteLockedByCurrentThread() ? "change under lock" : "change"));
  }

  private Optional<SvmException> change(Runnable change) {
    return invalidator.change(
        "test", 1, List.of(new PageRange(2, 3)), Event.CLEAR, BeginOptions.DEFAULT, change);
  }

  /** Writes down what is asked of it, and fails on demand. Confined to the test's thread. */
  private static final class FakeSession implements HostSession, Invalidation {
    private final List<String> steps = new ArrayList<>();
    private boolean isHeld = true;
    private int beginFailures;
    private int endFailures;

    @Override
    public Invalidation begin(long spaceId, Collection<AddressRange> ranges, Event event) {
      return begin(spaceId, ranges, event, BeginOptions.DEFAULT);
    }

    @Override
    public Invalidation begin(
        long spaceId, Collection<AddressRange> ranges, Event event, BeginOptions options) {
      assertThat(ranges).containsExactly(new AddressRange(2 * 4096, 4 * 4096 - 1));
      steps.add("begin");
      if (beginFailures-- > 0) {
        throw failure();
      }
      return this;
    }

    @Override
    public EndResult end() {
      steps.add("end");
      if (endFailures-- > 0) {
        throw failure();
      }
      return new EndResult(false);
    }

    @Override
    public boolean isHeld() {
      return isHeld;
    }

    @Override
    public FanOut fanOut() {
      return new FanOut(0, List.of(), 0, Duration.ZERO);
    }

    @Override
    public InvalidationId id() {
      throw new UnsupportedOperationException("not asked for");
    }

    @Override
    public CompletableFuture<EndResult> endAsync() {
      throw new UnsupportedOperationException("not asked for");
    }

    @Override
    public CompletableFuture<Invalidation> beginAsync(
        long spaceId, Collection<AddressRange> ranges, Event event, BeginOptions options) {
      throw new UnsupportedOperationException("not asked for");
    }

    @Override
    public long sessionId() {
      return 1;
    }

    @Override
    public SessionState state() {
      throw new UnsupportedOperationException("not asked for");
    }

    @Override
    public boolean isLive() {
      return isHeld;
    }

    @Override
    public Duration leaseLeft() {
      return Duration.ZERO;
    }

    @Override
    public void close() {
      steps.add("close");
    }
  }
}
