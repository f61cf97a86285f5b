package io.svmcoord.loadtest.conformance;

import io.svmcoord.loadtest.conformance.device.DeviceUnderTest;
import io.svmcoord.loadtest.conformance.device.Workers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A conformance run and a device program that meets it over loopback. Stateless. */
final class DeviceProgram {
  private DeviceProgram() {}

  /**
   * Plays checks against a device; blocks. A run that ends without a report ends the program too.
   *
   * @param device made of the address of the run, and closed by this
   */
  static <D extends DeviceUnderTest & AutoCloseable> ConformanceReport play(
      Limits limits, List<String> checks, Function<String, D> device) throws Exception {
    try (Conformance run = Conformance.listen(0, limits)) {
      String target = "127.0.0.1:" + run.port();
      D made = device.apply(target);
      CompletableFuture<Void> program =
          CompletableFuture.runAsync(
              () -> Workers.run(target, made), task -> Thread.ofVirtual().start(task));
      try {
        ConformanceReport report = run.run(checks);
        program.join();
        return report;
      } finally {
        made.close();
      }
    }
  }
}
