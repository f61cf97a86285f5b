package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.fault.ClockRate;
import io.svmcoord.loadtest.fault.Namespace;
import io.svmcoord.loadtest.fault.SmallDisk;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.TemporaryDirectory;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What faults need of the machine: a disk that can be filled up, a link that can go down, clocks
 * that can be off. Not every machine allows them; what it lacks is left out of a run. Confined to
 * one thread.
 */
final class Machine implements AutoCloseable {
  private final TemporaryDirectory directory;
  private final Optional<SmallDisk> disk;
  private final Optional<Namespace> namespace;

  private Machine(
      TemporaryDirectory directory, Optional<SmallDisk> disk, Optional<Namespace> namespace) {
    this.directory = directory;
    this.disk = disk;
    this.namespace = namespace;
  }

  /** This one. */
  static Machine here() {
    TemporaryDirectory directory = TemporaryDirectory.make("svm-chaos-");
    Optional<SmallDisk> disk = SmallDisk.mountOn(directory.path());
    try {
      return new Machine(directory, disk, Namespace.make());
    } catch (RuntimeException e) {
      disk.ifPresent(SmallDisk::close);
      directory.close();
      throw e;
    }
  }

  /** Where the coordinator keeps what it has to remember; not there yet. */
  Path controlDirectory() {
    return directory.path().resolve("control");
  }

  Optional<SmallDisk> disk() {
    return disk;
  }

  Optional<Namespace> namespace() {
    return namespace;
  }

  /** Why a fault can't be had here, for people; empty if it can. */
  Optional<String> lacks(Fault fault) {
    return switch (fault) {
      case Fault.DiskFull full -> missing(disk, "a disk of its own: root");
      case Fault.LinkDown down -> missing(namespace, "a network namespace: root, iproute2");
      case Fault.OffClock off ->
          missing(ClockRate.of(Launch.SAME, off.rate()), "other clocks: libfaketime");
      default -> Optional.empty();
    };
  }

  private static Optional<String> missing(Optional<?> what, String needs) {
    return what.isPresent() ? Optional.empty() : Optional.of(needs);
  }

  @Override
  public void close() {
    try {
      namespace.ifPresent(Namespace::close);
      disk.ifPresent(SmallDisk::close);
    } finally {
      directory.close();
    }
  }
}
