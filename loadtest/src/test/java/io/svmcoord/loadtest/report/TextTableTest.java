package io.svmcoord.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void render_textAndNumbers_alignsTextLeftAndNumbersRight() {
    String table =
        TextTable.of("NAME", "COUNT", "NOTE")
            .row("a", 7, "x")
            .row("longer", "1,234.5", "")
            .render();

    assertThat(table.lines())
        .containsExactly(
            "NAME      COUNT  NOTE", //
            "a             7  x",
            "longer  1,234.5");
  }

  @Test
  void render_noHeader_leavesItOut() {
    assertThat(TextTable.of("", "").row("p50 us", "12.0").render().lines())
        .containsExactly("p50 us  12.0");
  }

  @Test
  void row_otherNumberOfCells_isRefused() {
    TextTable table = TextTable.of("A", "B");

    assertThatThrownBy(() -> table.row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cells: 1 (expected: 2)");
  }
}
