package io.svmcoord.loadtest.fault;

import io.svmcoord.loadtest.process.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Processes whose clocks, the monotonic one too, run faster or slower than the machine's, by
 * libfaketime. Stateless.
 */
public final class ClockRate {
  private static final Path LIBRARIES = Path.of("/usr/lib");

  /** Where Debian has it, in a directory named after the processor. */
  private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

  private ClockRate() {}

  /**
   * The same process with other clocks; empty where there is no libfaketime.
   *
   * @param rate seconds of its clocks in one second
   */
  public static Optional<Launch> of(Launch launch, double rate) {
    return library()
        .map(
            library ->
                launch.withEnvironment(
                    Map.of("LD_PRELOAD", library.toString(), "FAKETIME", "+0 x" + rate)));
  }

  private static Optional<Path> library() {
    try (Stream<Path> directories = Files.list(LIBRARIES)) {
      return directories
          .map(directory -> directory.resolve(LIBRARY))
          .filter(Files::exists)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
