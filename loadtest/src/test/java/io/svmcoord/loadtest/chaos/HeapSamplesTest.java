package io.svmcoord.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapSamplesTest {
  @Test
  void heapMb_metrics_addsThePartsOfTheHeapAlone() {
    String metrics =
        """
        # TYPE jvm_memory_used_bytes gauge
        jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 3.0E6
        jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 4500000
        jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 9.9E7
        """;
    assertThat(HeapSamples.heapMb(metrics)).isEqualTo(7.5);
  }
}
