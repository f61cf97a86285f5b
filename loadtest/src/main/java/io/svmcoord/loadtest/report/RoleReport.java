package io.svmcoord.loadtest.report;

import java.util.Collection;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a process that plays a role says of itself, one line of JSON each: once READY, then PROGRESS
 * now and then, in the end FINAL. Counters go from the start, so that the last line of a process
 * that dies still counts. Exactly the part of its role is not null. Immutable.
 *
 * @param phase which line it is
 * @param name of the process, for people
 * @param pid process id
 * @param ready only in the READY line of a host: where devices and mappers find everything
 * @param host only from a host
 * @param devices only from devices
 * @param mappers only from mappers
 */
public record RoleReport(
    Phase phase,
    String name,
    long pid,
    @Nullable HostReady ready,
    @Nullable HostStats host,
    @Nullable DeviceStats devices,
    @Nullable MapperStats mappers) {
  /** Which line it is. */
  public enum Phase {
    /** It plays its role from now on. */
    READY,
    /** Counters so far. */
    PROGRESS,
    /** Counters at the end: it has stopped. */
    FINAL
  }

  /**
   * Where devices and mappers find everything of a host.
   *
   * @param spaceId the address space
   * @param memoryFile file to map
   * @param pageSourceTarget host:port of its page source
   */
  public record HostReady(long spaceId, String memoryFile, String pageSourceTarget) {}

  /** A host's READY line. */
  public static RoleReport ready(String name, HostReady ready, HostStats stats) {
    return new RoleReport(
        Phase.READY, name, ProcessHandle.current().pid(), ready, stats, null, null);
  }

  /** A host's line. */
  public static RoleReport of(Phase phase, String name, HostStats stats) {
    return new RoleReport(phase, name, ProcessHandle.current().pid(), null, stats, null, null);
  }

  /** The line of some devices. */
  public static RoleReport of(Phase phase, String name, DeviceStats stats) {
    return new RoleReport(phase, name, ProcessHandle.current().pid(), null, null, stats, null);
  }

  /** The line of some mappers. */
  public static RoleReport of(Phase phase, String name, MapperStats stats) {
    return new RoleReport(phase, name, ProcessHandle.current().pid(), null, null, null, stats);
  }

  /** What the hosts of these counted together; empty without one. */
  public static Optional<HostStats> hostsOf(Collection<RoleReport> reports) {
    return sum(reports, RoleReport::host, HostStats::plus);
  }

  /** What the devices of these counted together; empty without some. */
  public static Optional<DeviceStats> devicesOf(Collection<RoleReport> reports) {
    return sum(reports, RoleReport::devices, DeviceStats::plus);
  }

  /** What the mappers of these counted together; empty without some. */
  public static Optional<MapperStats> mappersOf(Collection<RoleReport> reports) {
    return sum(reports, RoleReport::mappers, MapperStats::plus);
  }

  private static <S> Optional<S> sum(
      Collection<RoleReport> reports,
      Function<RoleReport, @Nullable S> part,
      BinaryOperator<S> plus) {
    return reports.stream()
        .flatMap(report -> Optional.ofNullable(part.apply(report)).stream())
        .reduce(plus);
  }
}
