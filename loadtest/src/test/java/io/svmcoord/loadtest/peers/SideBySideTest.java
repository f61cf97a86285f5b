package io.svmcoord.loadtest.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.loadtest.report.RunFailure;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SideBySideTest {
  private static final List<Integer> MANY = IntStream.range(0, 1_000).boxed().toList();

  private final Set<Integer> running = ConcurrentHashMap.newKeySet();

  private final class Contender implements AutoCloseable {
    private final int number;

    Contender(int number) {
      this.number = number;
      running.add(number);
    }

    @Override
    public void close() {
      assertThat(running.remove(number)).isTrue();
    }
  }

  @AfterEach
  void forgetInterruption() {
    var _ = Thread.interrupted();
  }

  @Test
  void start_all_runInTheOrderOfTheThings() {
    List<Contender> started = SideBySide.start(MANY, Contender::new);

    assertThat(started).extracting(each -> each.number).isEqualTo(MANY);
    SideBySide.end(started);
    assertThat(running).isEmpty();
  }

  @Test
  void start_two_doNotWaitForEachOther() {
    CountDownLatch bothStart = new CountDownLatch(2);
    List<Contender> started =
        SideBySide.start(
            List.of(1, 2),
            number -> {
              meet(bothStart);
              return new Contender(number);
            });

    assertThat(started).hasSize(2);
  }

  private static void meet(CountDownLatch all) {
    all.countDown();
    try {
      all.await();
    } catch (InterruptedException e) {
      throw RunFailure.foundWrong("interrupted", e);
    }
  }

  @Test
  void start_oneFails_noneIsLeft() {
    assertThatThrownBy(
            () ->
                SideBySide.start(
                    MANY,
                    number -> {
                      if (number == 3) {
                        throw RunFailure.foundWrong("number 3");
                      }
                      return new Contender(number);
                    }))
        .isInstanceOf(RunFailure.class)
        .hasMessage("number 3");
    assertThat(running).isEmpty();
  }

  /** The one beside it waits until it is told to give up, and its own failure is not told. */
  @Test
  void start_oneFails_theOneThatStillStartsIsInterrupted() {
    CountDownLatch never = new CountDownLatch(2);

    assertThatThrownBy(
            () ->
                SideBySide.start(
                    List.of(1, 2),
                    number -> {
                      if (number == 2) {
                        throw RunFailure.foundWrong("number 2");
                      }
                      meet(never);
                      return new Contender(number);
                    }))
        .hasMessage("number 2");
    assertThat(running).isEmpty();
  }

  @Test
  void start_interrupted_saysSoAndNoneIsLeft() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> SideBySide.start(MANY, Contender::new))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(running).isEmpty();
  }

  @Test
  void end_oneFails_theOthersEndAllTheSame() {
    List<AutoCloseable> contenders =
        List.of(
            new Contender(1),
            () -> {
              throw RunFailure.foundWrong("number 2");
            },
            new Contender(3));

    assertThatThrownBy(() -> SideBySide.end(contenders)).hasMessage("number 2");
    assertThat(running).isEmpty();
  }
}
