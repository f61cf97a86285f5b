package io.svmcoord.loadtest.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.loadtest.conformance.CheckText;
import io.svmcoord.loadtest.conformance.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the list of checks for implementers against the checks that there are. */
final class ConformanceDocumentTest {
  private final String text = Documents.read(Documents.root().resolve("docs/conformance.md"));

  @Test
  void checks_inTheDocument_areThoseThatArePlayed() {
    List<String> rows =
        text.lines().filter(line -> line.matches("\\| `[a-z0-9-]+` \\| G\\d.*")).toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            Conformance.catalogue().stream().map(ConformanceDocumentTest::row).toList());
  }

  private static String row(CheckText check) {
    return "| `%s` | %s | %s | %s |"
        .formatted(check.name(), check.promise(), check.played(), check.expected());
  }
}
