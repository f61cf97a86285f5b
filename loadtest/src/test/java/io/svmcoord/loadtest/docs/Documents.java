package io.svmcoord.loadtest.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The project's hand-written documents. Stateless. */
final class Documents {
  /** Fenced code: language, text. */
  private static final Pattern FENCE = Pattern.compile("(?m)^```(\\w+)\\n([\\s\\S]*?)^```$");

  private Documents() {}

  /** The root of the repository, found from the folder of this module. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("README.md"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException(
          "working folder: %s (expected: within the repository)"
              .formatted(Path.of("").toAbsolutePath()));
    }
    return folder;
  }

  /** README, changelog and everything below docs. */
  static List<Path> all() {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> top = Files.list(root());
        Stream<Path> docs = Files.walk(root().resolve("docs"))) {
      Stream.concat(top, docs).filter(path -> path.toString().endsWith(".md")).forEach(found::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** A document's text. */
  static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fenced code of one language in README, in order. */
  static List<String> readmeCode(String language) {
    List<String> found = new ArrayList<>();
    Matcher fence = FENCE.matcher(read(root().resolve("README.md")));
    while (fence.find()) {
      if (fence.group(1).equals(language)) {
        found.add(fence.group(2));
      }
    }
    return found;
  }
}
