package io.svmcoord.loadtest.races;

import static io.svmcoord.loadtest.races.RaceRig.pages;
import static io.svmcoord.loadtest.races.Waits.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.svmcoord.client.Invalidation;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.ReadOptions;
import io.svmcoord.client.RetryResult;
import io.svmcoord.client.TimedOutException;
import io.svmcoord.client.Token;
import io.svmcoord.range.AddressRange;
import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A mapper whose pages the host changes on each of its tries, through a real coordinator. */
class FairReadTest {
  private static final AddressRange LOW = pages(0, 1);
  private static final AddressRange HIGH = pages(8, 1);
  private static final Duration RESERVATION = Duration.ofSeconds(10);
  private static final int RETRIES_FIRST = 3;

  private final SvmServer server =
      SvmServer.start(
          ServerConfig.defaults()
              .with("listen", "127.0.0.1:0")
              .with("admin", "127.0.0.1:0")
              .with("reservation.max", "10s")
              .with("reservation.begin-delay-max", "10s"));
  private final RaceRig rig = new RaceRig("127.0.0.1:" + server.port());
  private final Mapper mapper = rig.client().mapper(rig.space());
  private final AtomicInteger tries = new AtomicInteger();
  private final AtomicReference<CompletableFuture<Void>> latest =
      new AtomicReference<>(new CompletableFuture<>());

  @AfterEach
  void close() {
    rig.close();
    server.close();
  }

  /**
   * Asks for a change of the reader's page, and waits until the coordinator has seen to its begin:
   * what the host asked for after it is through.
   *
   * @return the page's version; it changes when the begin is through
   */
  private long spoil() {
    tries.incrementAndGet();
    long version = rig.memory().version(LOW.first());
    latest.set(rig.beginAsync(LOW).thenAccept(this::changeAndEnd));
    Waits.join(rig.beginAsync(HIGH)).end();
    return version;
  }

  private void changeAndEnd(Invalidation invalidation) {
    rig.memory().change(LOW);
    invalidation.end();
  }

  @Test
  void read_invalidatedOnEachTry_reservesAfterSoManyRetriesAndIsThrough() {
    ReadOptions fair = ReadOptions.within(PATIENCE).reservingAfter(RETRIES_FIRST, RESERVATION);

    long before = rig.memory().version(LOW.first());

    long version = mapper.read(List.of(LOW), fair, this::spoil);

    assertThat(tries).as("the first to reserve is through").hasValue(RETRIES_FIRST + 1);
    assertThat(version).as("of the last try").isEqualTo(before + RETRIES_FIRST);
    Waits.join(latest.get());
    assertThat(rig.memory().version(LOW.first()))
        .as("the host goes on when the reader is through")
        .isEqualTo(version + 1);
  }

  @Test
  void read_thatDoesNotReserve_retriesUntilItsTimeIsOver() {
    ReadOptions unfair = ReadOptions.within(Duration.ofMillis(300));

    assertThatExceptionOfType(TimedOutException.class)
        .isThrownBy(() -> mapper.read(List.of(LOW), unfair, this::spoil));

    assertThat(tries.get()).as("tries").isPositive();
  }

  @Test
  void read_nothingInvalidated_isThroughAtOnceWithoutReserving() {
    ReadOptions fair = ReadOptions.within(PATIENCE).reservingAfter(1, RESERVATION);

    assertThat(mapper.read(List.of(LOW, HIGH), fair, tries::incrementAndGet)).isEqualTo(1);
  }

  @Test
  void read_collectThrows_comesThrough() {
    ReadOptions options = ReadOptions.within(PATIENCE);
    IllegalStateException unchecked = new IllegalStateException("collect");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                mapper.read(
                    List.of(LOW),
                    options,
                    () -> {
                      throw unchecked;
                    }))
        .isSameAs(unchecked);
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(
            () ->
                mapper.read(
                    List.of(LOW),
                    options,
                    () -> {
                      throw new Exception("checked");
                    }))
        .withMessageContaining("checked");
  }

  @Test
  void readBegin_thatReserves_beginWaitsForReadRetry() {
    Token token = mapper.readBegin(List.of(LOW), PATIENCE, RESERVATION);
    spoil();

    assertThat(latest.get()).as("postponed").isNotDone();
    assertThat(mapper.readRetry(token, List.of(LOW))).isEqualTo(RetryResult.VALID);
    Waits.join(latest.get());
    assertThat(mapper.readRetry(token, List.of(LOW))).isEqualTo(RetryResult.INVALIDATED);
  }

  @Test
  void options_thatMakeNoSense_areRefused() {
    ReadOptions options = ReadOptions.within(PATIENCE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReadOptions.within(Duration.ZERO))
        .withMessage("timeout: PT0S (expected: above 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.reservingAfter(-1, RESERVATION))
        .withMessage("retriesFirst: -1 (expected: 0 or more)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.reservingAfter(1, Duration.ofNanos(1_500_000)))
        .withMessageStartingWith("reservation: PT0.0015S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mapper.readBegin(List.of(LOW), PATIENCE, Duration.ofMinutes(2)))
        .withMessageStartingWith("reservation: PT2M");
  }
}
