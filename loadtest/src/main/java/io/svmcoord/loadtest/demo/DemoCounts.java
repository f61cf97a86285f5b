package io.svmcoord.loadtest.demo;

import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.MapperStats;
import org.jspecify.annotations.Nullable;

/**
 * What was counted until now. Immutable.
 *
 * @param host of the host
 * @param devices of all devices together
 * @param mappers of all mappers together; null when there are none
 */
record DemoCounts(HostStats host, DeviceStats devices, @Nullable MapperStats mappers) {
  /** Page reads that were judged, of devices and mappers. */
  long readsChecked() {
    return devices.reads().checked() + (mappers == null ? 0 : mappers.reads().checked());
  }

  /** Stale pages among them. */
  long stalePages() {
    return devices.reads().stale() + (mappers == null ? 0 : mappers.reads().stale());
  }
}
