package io.svmcoord.loadtest.demo;

import java.util.List;
import java.util.Optional;

/**
 * Everybody who takes part in a demonstration: coordinator, host, devices, mappers. All play from
 * the start; closing ends whatever is left. Confined to one thread, but for {@link #counts}.
 */
interface DemoRoles extends AutoCloseable {
  /** host:port of the coordinator. */
  String target();

  /** Who plays what, where. */
  List<RolePlace> places();

  /** What was counted until now. */
  DemoCounts counts();

  /** Why the demonstration can't go on: coordinator or host is gone. Empty while all is well. */
  Optional<String> broken();

  /** Processes that ended without being asked to; their sessions expire. */
  List<String> lostProcesses();

  /**
   * Ends the work: first the host's changes, each to its end, while all devices are there; then the
   * reads. Everybody leaves but the coordinator. Blocks.
   *
   * @return the final counts
   */
  DemoCounts finish();

  @Override
  void close();
}
