package io.svmcoord.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
  void render_notes_standBehindTheRows() {
    TextTable table =
        TextTable.of("", "")
            .note("faults", 2)
            .notes("stale page", List.of("a", "b"))
            .row("reads", 3)
            .note("all");

    assertThat(table.render().lines())
        .containsExactly("reads  3", "faults: 2", "stale page: a", "stale page: b", "all");
  }

  @Test
  void columns_ofRows_eachTakesItsCellFromTheRow() {
    TextTable table =
        new Columns<String>()
            .add("word", word -> word)
            .add("letters", String::length)
            .of(List.of("ack", "begin"));

    assertThat(table.render().lines())
        .containsExactly("word   letters", "ack          3", "begin        5");
  }

  @Test
  void row_otherNumberOfCells_isRefused() {
    TextTable table = TextTable.of("A", "B");

    assertThatThrownBy(() -> table.row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cells: 1 (expected: 2)");
  }
}
