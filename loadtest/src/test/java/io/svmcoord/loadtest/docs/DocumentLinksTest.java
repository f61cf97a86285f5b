package io.svmcoord.loadtest.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  @Test
  void relativeLinks_ofAllDocuments_leadToFiles() {
    List<String> broken = new ArrayList<>();
    int checked = 0;
    for (Path document : Documents.all()) {
      Matcher link = LINK.matcher(Documents.read(document));
      while (link.find()) {
        String target = link.group(1);
        if (target.contains("://") || target.startsWith("#")) {
          continue;
        }
        checked++;
        if (!Files.exists(document.resolveSibling(target.replaceFirst("#.*", "")))) {
          broken.add(Documents.root().relativize(document) + " -> " + target);
        }
      }
    }
    assertThat(checked).isPositive();
    assertThat(broken).isEmpty();
  }
}
