package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.loadtest.report.RoleReport.HostReady;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final HostReady AT = new HostReady(1, "pages", "h:2");

  @Test
  void build_defaults_valid() {
    assertThat(HostEmulatorOptions.builder("h:1").build().changeLoops()).isEqualTo(8);
    assertThat(DeviceEmulatorOptions.builder("h:1", AT).build().devices()).isEqualTo(1);
    assertThat(MapperEmulatorOptions.builder("h:1", AT).build().mappers()).isEqualTo(1);
  }

  @Test
  void build_valueOutOfBounds_namesOptionValueAndBounds() {
    assertThatThrownBy(() -> HostEmulatorOptions.builder("h:1").pages(15).build())
        .hasMessage("pages: 15 (expected: 16 to 1048576)");
    assertThatThrownBy(() -> HostEmulatorOptions.builder(" ").build())
        .hasMessage("target: empty (expected: some text)");
    assertThatThrownBy(() -> HostEmulatorOptions.builder("h:1").ttl(Duration.ofMillis(499)).build())
        .hasMessage("ttl: PT0.499S (expected: PT0.5S to PT1M)");
    assertThatThrownBy(() -> DeviceEmulatorOptions.builder("h:1", AT).faultPages(513).build())
        .hasMessage("faultPages: 513 (expected: 1 to 512)");
    assertThatThrownBy(() -> MapperEmulatorOptions.builder("h:1", AT).mappers(0).build())
        .hasMessage("mappers: 0 (expected: 1 to 1000)");
  }
}
