package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.GrpcPageSource;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.loadtest.report.MapperStats;
import java.util.ArrayList;
import java.util.List;

/**
 * Mappers that collect page lists of a host, and have each list judged that the coordinator calls
 * valid.
 *
 * <p>Thread-safe. {@link #start}, {@link #stop} and {@link #close} block.
 */
public final class MapperEmulator implements AutoCloseable {
  private final MapperEmulatorOptions options;
  private final MapperCounters counters = new MapperCounters();
  private final StopSignal stop = new StopSignal();
  private final Loops loops = new Loops(stop);
  private final Closer closer = new Closer();
  private final List<EmulatedMapper> mappers = new ArrayList<>();

  private MapperEmulator(MapperEmulatorOptions options) {
    this.options = options;
    try {
      SharedMemory memory = closer.add(SharedMemory.open(options.memoryFile()));
      GrpcPageSource source = closer.add(GrpcPageSource.connect(options.pageSourceTarget()));
      SvmClient client = closer.add(SvmClient.connect(options.target()));
      for (int i = 0; i < options.mappers(); i++) {
        mappers.add(
            new EmulatedMapper(
                i, options, memory, source, client.mapper(options.spaceId()), stop, counters));
      }
    } catch (RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /** Opens the memory and starts to read. The first call connects. */
  public static MapperEmulator start(MapperEmulatorOptions options) {
    MapperEmulator emulator = new MapperEmulator(options);
    for (EmulatedMapper mapper : emulator.mappers) {
      emulator.loops.start(options.name(), mapper);
    }
    return emulator;
  }

  /** Whether a mapper has failed; {@link #stop} tells why. */
  public boolean hasFailed() {
    return loops.hasFailed();
  }

  /**
   * Blocks until every mapper has ended: by itself after snapshotsMax, or by {@link #stop}.
   *
   * @throws IllegalStateException if a mapper failed
   */
  public void awaitFinished() throws InterruptedException {
    loops.join();
  }

  /**
   * Ends the reading and waits for it. Repeating it is harmless.
   *
   * @throws IllegalStateException if a mapper failed
   */
  public void stop() {
    stop.stop();
    loops.joinQuietly();
    counters.stopClock();
  }

  /** Counters since the start. Doesn't block. */
  public MapperStats stats() {
    return counters.stats(options.mappers());
  }

  /** Stops, closes the connections and unmaps the memory. Repeating it is harmless. */
  @Override
  public void close() {
    try {
      stop();
    } finally {
      closer.close();
    }
  }
}
