package io.svmcoord.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.loadtest.report.RoleReport.Phase;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RoleReportTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  @Test
  void json_ofEachRole_readsBackEqual() throws JsonProcessingException {
    requireSame(RoleReport.ready("host", new HostReady(3, "/dev/shm/x", "127.0.0.1:1"), host(5)));
    requireSame(RoleReport.of(Phase.PROGRESS, "host", host(6)));
    requireSame(RoleReport.of(Phase.FINAL, "devices-1", devices(7)));
    requireSame(RoleReport.of(Phase.FINAL, "mappers", mappers(8)));
  }

  @Test
  void plus_twoHosts_addsCountersAndMergesLatencies() {
    HostStats sum = host(1_000_000).plus(host(9_000_000));

    assertThat(sum.invalidations()).isEqualTo(4);
    assertThat(sum.invalidationsByKind()).containsExactly(Map.entry("write", 4L));
    assertThat(sum.concurrentBeginsMax()).isEqualTo(3);
    assertThat(sum.beginMaxNanos()).isEqualTo(9_000_000);
    assertThat(sum.lateBegins()).hasSize(2);
    Histogram begins = Latencies.decode(sum.beginHistogram());
    assertThat(begins.getTotalCount()).isEqualTo(2);
    assertThat(begins.getMaxValue()).isBetween(8_990_000L, 9_010_000L);
  }

  @Test
  void plus_devicesAndMappers_addsCounters() {
    DeviceStats devices = devices(1).plus(devices(2));
    assertThat(devices.devices()).isEqualTo(4);
    assertThat(devices.reads().checked()).isEqualTo(3);
    assertThat(devices.retries()).containsExactly(Map.entry("invalidated", 10L));
    MapperStats mappers = mappers(1).plus(mappers(2));
    assertThat(mappers.mappers()).isEqualTo(4);
    assertThat(mappers.reads().checked()).isEqualTo(3);
  }

  @Test
  void plus_manyExamples_keepsTheFirst() {
    ReadStats stats = ReadStats.NONE;
    for (int i = 0; i < 40; i++) {
      stats = stats.plus(new ReadStats(1, 1, Map.of("torn", 1L), List.of("example " + i)));
    }
    assertThat(stats.stale()).isEqualTo(40);
    assertThat(stats.staleByReason()).containsEntry("torn", 40L);
    assertThat(stats.staleExamples()).hasSize(ReadStats.EXAMPLES_MAX).contains("example 0");
  }

  @Test
  void record_beyondTheEnds_countsAsTheEnd() {
    Histogram histogram = Latencies.create();
    Latencies.record(histogram, 1);
    Latencies.record(histogram, Long.MAX_VALUE);

    assertThat(histogram.getTotalCount()).isEqualTo(2);
    assertThatThrownBy(() -> Latencies.decode("AAAA")).isInstanceOf(RuntimeException.class);
  }

  private static void requireSame(RoleReport report) throws JsonProcessingException {
    String line = JSON.writeValueAsString(report);
    assertThat(line).doesNotContain("\n").contains("\"phase\"");
    assertThat(JSON.readValue(line, RoleReport.class)).isEqualTo(report);
  }

  private static HostStats host(long beginNanos) {
    Histogram begins = Latencies.create();
    Latencies.record(begins, beginNanos);
    return new HostStats(
        10,
        2,
        Map.of("write", 2L),
        3,
        0,
        Map.of(),
        0,
        0,
        0,
        Map.of("expired", 1L),
        1,
        9,
        Map.of("NO_MAPPING", 1L),
        Map.of("connected", 1L),
        beginNanos,
        List.of(new LateBegin(7, beginNanos, "ok")),
        0,
        Latencies.encode(begins));
  }

  private static DeviceStats devices(long checked) {
    return new DeviceStats(
        10,
        2,
        new ReadStats(checked, 0, Map.of(), List.of()),
        1,
        2,
        3,
        Map.of(),
        Map.of("invalidated", 5L),
        6,
        7,
        8,
        9,
        10,
        Map.of("connected", 2L));
  }

  private static MapperStats mappers(long checked) {
    return new MapperStats(
        10, 2, new ReadStats(checked, 0, Map.of(), List.of()), 3, Map.of(), Map.of());
  }
}
