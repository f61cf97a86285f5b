package io.svmcoord.loadtest.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the map of races, promises, tests and mutants against the tests that there are. */
final class VerificationMapTest {
  private static final int RACES = 18;
  private static final int PROMISES = 12;
  private static final List<String> MODULES = List.of("proto", "client-sdk", "server", "loadtest");

  /** Where each race has a directed test, and only such. */
  private static final List<String> RACE_CLASSES =
      List.of(
          "loadtest.races.ReadRacesTest",
          "loadtest.races.SubscriptionRacesTest",
          "loadtest.races.BeginRacesTest",
          "server.kernel.KernelRacesTest");

  private static final String KERNEL_MUTANTS = "server.kernel.Mutant";
  private static final String RESTART_MUTANTS = "server.kernel.RestartMutant";
  private static final String DEVICE_MUTANTS = "client.Mutants";

  private static final Pattern HEADING = Pattern.compile("^### ([RG]\\d+) .+$");
  private static final Pattern ENTRY = Pattern.compile("^- (test|mutant) `([\\w.]+)#(\\w+)`$");
  private static final Pattern NAME = Pattern.compile("`([\\w.]+)#(\\w+)`");
  private static final Pattern TEST =
      Pattern.compile(
          "@(?:Test|ParameterizedTest)\\b[^;{}]*?(?:\\{[^;}]*}[^;{}]*?)*void (\\w+)\\(");
  private static final Pattern CONSTANT = Pattern.compile("(?m)^ {2}([A-Z][A-Z_]*)(?: \\{|[,;]$)");
  private static final Pattern DEVICE_MUTANT =
      Pattern.compile("public static UnaryOperator<DeviceOptions> (\\w+)\\(");

  /** One line of the map. */
  private record Entry(String kind, String type, String member) {
    @Override
    public String toString() {
      return type + "#" + member;
    }
  }

  private final String text =
      Documents.read(Documents.root().resolve("docs/internals/verification.md"));
  private final Map<String, List<Entry>> map = parse(text);

  private static Map<String, List<Entry>> parse(String text) {
    Map<String, List<Entry>> map = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (String line : text.lines().toList()) {
      var heading = HEADING.matcher(line);
      var entry = ENTRY.matcher(line);
      if (heading.matches()) {
        entries = new ArrayList<>();
        assertThat(map.put(heading.group(1), entries)).as("second " + line).isNull();
      } else if (entry.matches()) {
        entries.add(new Entry(entry.group(1), entry.group(2), entry.group(3)));
      } else {
        assertThat(line).as("neither test nor mutant").doesNotMatch("- (test|mutant).*");
      }
    }
    return map;
  }

  /** Source of a test class, in whichever module it is. */
  private static Optional<String> source(String type) {
    return MODULES.stream()
        .map(
            module ->
                Documents.root()
                    .resolve(module)
                    .resolve("src/test/java/io/svmcoord")
                    .resolve(type.replace('.', '/') + ".java"))
        .filter(Files::exists)
        .findFirst()
        .map(Documents::read);
  }

  private static Set<String> found(Pattern pattern, String type) {
    String source =
        source(type).orElseThrow(() -> new AssertionError(type + " (expected: a test class)"));
    Set<String> names = new TreeSet<>();
    pattern.matcher(source).results().map(result -> result.group(1)).forEach(names::add);
    return names;
  }

  private static Set<String> members(Entry entry) {
    if (entry.kind().equals("test")) {
      return found(TEST, entry.type());
    }
    return switch (entry.type()) {
      case KERNEL_MUTANTS, RESTART_MUTANTS -> found(CONSTANT, entry.type());
      case DEVICE_MUTANTS -> found(DEVICE_MUTANT, entry.type());
      default -> throw new AssertionError(entry + " (expected: a mutant of one of the classes)");
    };
  }

  private List<Entry> entries(String kind) {
    return map.values().stream()
        .flatMap(List::stream)
        .filter(entry -> entry.kind().equals(kind))
        .toList();
  }

  @Test
  void map_ofRacesAndPromises_isCompleteAndLeadsToTests() {
    List<String> expected =
        Stream.concat(
                IntStream.rangeClosed(1, RACES).mapToObj(number -> "R" + number),
                IntStream.rangeClosed(1, PROMISES).mapToObj(number -> "G" + number))
            .toList();
    assertThat(map.keySet()).containsExactlyElementsOf(expected);
    map.forEach(
        (name, entries) -> {
          assertThat(entries).as(name).anyMatch(entry -> entry.kind().equals("test"));
          assertThat(entries).as(name).doesNotHaveDuplicates();
          assertThat(entries)
              .as(name)
              .allSatisfy(entry -> assertThat(members(entry)).contains(entry.member()));
        });
    // Names in the running text too.
    List<MatchResult> names = NAME.matcher(text).results().toList();
    assertThat(names)
        .allSatisfy(name -> assertThat(source(name.group(1)).orElse("")).contains(name.group(2)));
  }

  @Test
  void directedTests_ofEachRace_areListedUnderIt() {
    Set<String> races = new TreeSet<>();
    for (String type : RACE_CLASSES) {
      for (String method : found(TEST, type)) {
        String race = method.replaceFirst("^r0?(\\d+)_.*$", "R$1");
        assertThat(map).as(type + "#" + method).containsKey(race);
        assertThat(map.get(race)).contains(new Entry("test", type, method));
        if (type.startsWith("loadtest.races.")) {
          races.add(race);
        }
      }
    }
    assertThat(races).as("races with a directed test through the real parts").hasSize(RACES);
  }

  @Test
  void mutants_allOfThem_areListedAndKilled() {
    Set<String> kernel = found(CONSTANT, KERNEL_MUTANTS);
    kernel.remove("NONE");
    Set<String> restart = found(CONSTANT, RESTART_MUTANTS);
    restart.remove("NONE");
    Set<String> device = found(DEVICE_MUTANT, DEVICE_MUTANTS);
    device.remove("none");
    assertThat(kernel).hasSizeGreaterThan(1);
    assertThat(restart).hasSizeGreaterThan(1);
    assertThat(device).hasSizeGreaterThan(1);

    assertThat(entries("mutant"))
        .extracting(Entry::toString)
        .containsAll(kernel.stream().map(name -> KERNEL_MUTANTS + "#" + name).toList())
        .containsAll(restart.stream().map(name -> RESTART_MUTANTS + "#" + name).toList())
        .containsAll(device.stream().map(name -> DEVICE_MUTANTS + "#" + name).toList());
    String killers = source("loadtest.emulator.MutantTest").orElseThrow();
    assertThat(device).allSatisfy(name -> assertThat(killers).contains("Mutants." + name + "("));
  }

  @Test
  void races_ofTheirDescription_haveTheSameNumbers() {
    Path internals = Documents.root().resolve("docs/internals");
    String races = Documents.read(internals.resolve("races.md"));
    String promises = Documents.read(Documents.root().resolve("docs/guarantees.md"));
    assertThat(Pattern.compile("(?m)^\\| (R\\d+) \\|").matcher(races).results())
        .extracting(result -> result.group(1))
        .containsExactlyElementsOf(
            map.keySet().stream().filter(name -> name.startsWith("R")).toList());
    assertThat(Pattern.compile("(?m)^## (G\\d+) ").matcher(promises).results())
        .extracting(result -> result.group(1))
        .containsExactlyElementsOf(
            map.keySet().stream().filter(name -> name.startsWith("G")).toList());
  }
}
