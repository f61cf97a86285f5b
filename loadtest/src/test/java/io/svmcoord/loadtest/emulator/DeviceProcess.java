package io.svmcoord.loadtest.emulator;

import io.svmcoord.loadtest.report.RoleReport.HostReady;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Devices in a JVM of their own, which a test can kill. */
final class DeviceProcess implements AutoCloseable {
  private static final String READY = "ready";

  private final Process process;

  private DeviceProcess(Process process) {
    this.process = process;
  }

  /** Starts the process and waits until its devices are connected. */
  static DeviceProcess start(String target, HostReady ready, Duration ttl, int devices)
      throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    DeviceProcess.class.getName(),
                    target,
                    Long.toString(ready.spaceId()),
                    ready.memoryFile(),
                    ready.pageSourceTarget(),
                    Long.toString(ttl.toMillis()),
                    Integer.toString(devices)))
            .redirectError(new File("target", "device-process.log"))
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(READY)) {
          return new DeviceProcess(process);
        }
      }
    }
    process.destroyForcibly();
    throw new AssertionError("the process ended before it was ready, see its log in target");
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] args) throws InterruptedException {
    DeviceEmulatorOptions options =
        DeviceEmulatorOptions.builder(
                args[0], new HostReady(Long.parseLong(args[1]), args[2], args[3]))
            .name("killed")
            .firstIndex(100)
            .ttl(Duration.ofMillis(Long.parseLong(args[4])))
            .devices(Integer.parseInt(args[5]))
            .build();
    try (DeviceEmulator devices = DeviceEmulator.start(options)) {
      System.out.println(READY);
      devices.awaitFinished();
    }
  }
}
