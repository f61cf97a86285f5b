package io.svmcoord.loadtest.sim.node;

import io.svmcoord.loadtest.sim.core.Simulation;
import io.svmcoord.server.control.ControlImage;
import io.svmcoord.server.control.ControlStore;
import io.svmcoord.server.kernel.Incarnation;
import io.svmcoord.server.kernel.MemoryChange;
import io.svmcoord.server.kernel.Past;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk that outlives crashes: a change is on it some time after it was noted, and told to be so
 * some time after that, so that a crash finds changes noted and lost, written and not told, and
 * told. Confined to its simulation.
 */
public final class SimControlStore implements ControlStore {
  private static final long WRITE_NANOS_MAX = 5_000_000;
  private static final long TELL_NANOS_MAX = 1_000_000;

  private final Simulation simulation;
  private final RandomGenerator random;

  /** What a restart would find; null before the first start. */
  private @Nullable ControlImage disk;

  /** Of the present term; what was under way in the one before is lost. */
  private @Nullable Progress progress;

  private long term;
  private long lastWriteNanos;

  /** An empty disk. */
  public SimControlStore(Simulation simulation) {
    this.simulation = simulation;
    this.random = simulation.newRandom();
  }

  @Override
  public Past beginTerm(long longestLeaseNanos) {
    term++;
    progress = null;
    ControlImage found = disk;
    Past past =
        found == null
            ? Past.none(new Incarnation(random.nextLong(), random.nextLong()))
            : found.past().next();
    disk = new ControlImage(past);
    return past;
  }

  @Override
  public void start(Progress told) {
    progress = told;
  }

  @Override
  public boolean note(long number, MemoryChange change) {
    long writing = term;
    // One disk: written in the order in which they were noted.
    lastWriteNanos =
        Math.max(lastWriteNanos, simulation.nowNanos() + random.nextLong(WRITE_NANOS_MAX));
    var _ =
        simulation.schedule(
            lastWriteNanos - simulation.nowNanos(), () -> write(writing, number, change));
    return false;
  }

  private void write(long writing, long number, MemoryChange change) {
    ControlImage image = disk;
    if (writing != term || image == null) {
      return;
    }
    image.apply(change);
    var _ = simulation.schedule(random.nextLong(TELL_NANOS_MAX), () -> tell(writing, number));
  }

  private void tell(long writing, long number) {
    Progress told = progress;
    if (writing == term && told != null) {
      told.written(number);
    }
  }

  /** This disk never fails. */
  @Override
  public Optional<String> failure() {
    return Optional.empty();
  }

  /** The process is gone: what is not on the disk yet never gets there. */
  @Override
  public void close() {
    term++;
    progress = null;
  }
}
