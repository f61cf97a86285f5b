package io.svmcoord.loadtest.bench;

import io.svmcoord.client.SvmClient;
import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a reader waits for an invalidation of its page, while strangers of the same space are
 * invalidated too: a real coordinator, and clients of their own for host, strangers and reader,
 * over loopback (promise G3).
 *
 * <p>Each round is one invalidation of the reader's page, which the host keeps for {@code
 * heldMillis}. The reader comes as soon as it can: a mapper with read_begin when begin is answered,
 * a device with a fault when its handler was told. Both times count from the answer to begin, as in
 * the model of Linux's readers that docs/benchmarks.md puts beside them: <em>wait</em> until the
 * reader has its token or its page, <em>duration</em> until the host calls end. A round in which
 * the machine let the reader come only after that is left out, and counted. JMH's own figure is the
 * time of a round and says nothing here; after each iteration the quotients are printed.
 *
 * <pre>
 * mvn -q -ntp -Pbench -DskipTests -pl loadtest -am integration-test \
 *   -Djmh.args="-f 1 -wi 2 -w 3s -i 5 -r 5s ReaderWaitBenchmark"
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 5)
@State(Scope.Benchmark)
public class ReaderWaitBenchmark {
  private static final double QUOTIENT_UNIT = 1e-4;

  /** Who reads. */
  public enum Who {
    /** read_begin by call. */
    MAPPER,
    /** A fault of a mirror of the whole space, which is told of every stranger too. */
    DEVICE
  }

  @Param Who reader = Who.MAPPER;

  /** Invalidations that run at any time, the reader's included. */
  @Param({"1", "3", "5", "8"})
  int concurrent;

  /** How long each invalidation is kept, the strangers' too. */
  @Param("20")
  int heldMillis;

  private final Histogram quotients = new Histogram(3);
  private final Histogram lateNanos = new Histogram(3);
  private @Nullable Everybody everybody;
  private long missed;
  private long retries;

  /** All that runs for one trial. */
  private record Everybody(SvmServer server, ReaderWait readerWait, Strangers strangers) {}

  /** Starts everybody, and waits until all strangers run. */
  @Setup
  public void start() {
    SvmServer server =
        SvmServer.start(
            ServerConfig.defaults().with("listen", "127.0.0.1:0").with("admin", "127.0.0.1:0"));
    String target = "127.0.0.1:" + server.port();
    ReaderWait wait = new ReaderWait(reader, target, heldMillis);
    Strangers strangers =
        new Strangers(SvmClient.connect(target), wait.spaceId(), concurrent - 1, heldMillis);
    everybody = new Everybody(server, wait, strangers);
  }

  /** Stops everybody. */
  @TearDown
  public void stop() {
    everybody().strangers().close();
    everybody().readerWait().close();
    everybody().server().close();
  }

  private Everybody everybody() {
    return Objects.requireNonNull(everybody, "everybody");
  }

  /** Forgets what was measured before. */
  @Setup(Level.Iteration)
  public void forget() {
    quotients.reset();
    lateNanos.reset();
    missed = 0;
    retries = 0;
  }

  /** One invalidation of the reader's page. */
  @Benchmark
  public long round() {
    ReaderWait.Round round = everybody().readerWait().round();
    long durationNanos = round.endNanos() - round.begunNanos();
    long waitNanos = round.goneNanos() - round.begunNanos();
    if (round.calledNanos() - round.endNanos() >= 0) {
      missed++;
      return waitNanos;
    }
    quotients.recordValue(Math.round(waitNanos / (QUOTIENT_UNIT * durationNanos)));
    lateNanos.recordValue(waitNanos - durationNanos);
    retries += round.retries();
    return waitNanos;
  }

  /** Prints wait / duration. */
  @TearDown(Level.Iteration)
  public void print() {
    System.out.printf(
        "# %s, %d concurrent, %d ms: wait / duration mean %.3f p50 %.3f p99 %.3f max %.3f; late by"
            + " mean %.2f p99 %.2f ms; %d rounds, %d left out, %d retries, %d strangers' ends%n",
        reader,
        concurrent,
        heldMillis,
        quotients.getMean() * QUOTIENT_UNIT,
        quotients.getValueAtPercentile(50) * QUOTIENT_UNIT,
        quotients.getValueAtPercentile(99) * QUOTIENT_UNIT,
        quotients.getMaxValue() * QUOTIENT_UNIT,
        lateNanos.getMean() / 1e6,
        lateNanos.getValueAtPercentile(99) / 1e6,
        quotients.getTotalCount(),
        missed,
        retries,
        everybody().strangers().takeEnded());
  }
}
