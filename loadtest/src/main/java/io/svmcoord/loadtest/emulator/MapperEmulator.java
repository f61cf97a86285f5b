package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.GrpcPageSource;
import io.svmcoord.client.SvmClient;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.loadtest.report.MapperStats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Mappers that collect page lists of a host, and have each list judged that the coordinator calls
 * valid.
 *
 * <p>Thread-safe. {@link #start}, {@link #stop} and {@link #close} block.
 */
public final class MapperEmulator extends Emulator {
  private final MapperEmulatorOptions options;
  private final MapperCounters counters = new MapperCounters();
  private final List<EmulatedMapper> mappers = new ArrayList<>();

  private MapperEmulator(MapperEmulatorOptions options) {
    this.options = options;
    try {
      SharedMemory memory = closer.add(SharedMemory.open(Path.of(options.at().memoryFile())));
      GrpcPageSource source = closer.add(GrpcPageSource.connect(options.at().pageSourceTarget()));
      SvmClient client = closer.add(SvmClient.connect(options.target()));
      for (int i = 0; i < options.mappers(); i++) {
        mappers.add(
            new EmulatedMapper(
                i, options, memory, source, client.mapper(options.at().spaceId()), stop, counters));
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

  /** Counters since the start. Doesn't block. */
  public MapperStats stats() {
    return counters.stats(options.mappers());
  }

  @Override
  void stopped() {
    counters.clock.stop();
  }
}
