package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.MapperStats;
import io.svmcoord.loadtest.report.ReadStats;
import java.util.Optional;

/** What everybody counted. Immutable. */
record ChaosCounts(HostStats host, Optional<DeviceStats> devices, Optional<MapperStats> mappers) {
  ReadStats reads() {
    ReadStats ofDevices = devices.map(DeviceStats::reads).orElse(ReadStats.NONE);
    return mappers.map(MapperStats::reads).map(ofDevices::plus).orElse(ofDevices);
  }
}
