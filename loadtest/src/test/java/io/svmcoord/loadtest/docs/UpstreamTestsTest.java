package io.svmcoord.loadtest.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Holds the table of Linux's HMM tests against the tests that exist here. */
final class UpstreamTestsTest {
  /** Test, class that has it or "none", what it shows. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(\\w+)` \\| (?:`(\\w+)`|(none)) \\| (.+) \\|$");

  private static final String PACKAGE = "io.svmcoord.loadtest.hmm.";
  private static final String NONE = "none";

  private static final List<String> CLASSES =
      List.of("HmmAnonTest", "HmmMigrateTest", "HmmHugeTest", "HmmDeviceTest");

  /** Every test of tools/testing/selftests/mm/hmm-tests.c, in its order. */
  private static final List<String> UPSTREAM =
      List.of(
          "open_close",
          "anon_read",
          "anon_read_prot",
          "anon_write",
          "anon_write_prot",
          "anon_write_child",
          "anon_write_child_shared",
          "anon_write_huge",
          "anon_write_hugetlbfs",
          "file_read",
          "file_write",
          "migrate",
          "migrate_fault",
          "migrate_release",
          "migrate_shared",
          "migrate_mixed",
          "migrate_multiple",
          "anon_read_multiple",
          "anon_teardown",
          "mixedmap",
          "snapshot",
          "compound",
          "double_map",
          "exclusive",
          "exclusive_mprotect",
          "exclusive_cow",
          "hmm_gup_test",
          "hmm_cow_in_device",
          "migrate_anon_huge_empty",
          "migrate_anon_huge_zero",
          "migrate_anon_huge_free",
          "migrate_anon_huge_fault",
          "migrate_partial_unmap_fault",
          "migrate_remap_fault",
          "migrate_anon_huge_err",
          "migrate_anon_huge_zero_err",
          "benchmark_thp_migration",
          "userfaultfd_read");

  @Test
  void table_hasEveryUpstreamTest() {
    assertThat(rows().keySet()).containsExactlyInAnyOrderElementsOf(UPSTREAM);
  }

  @Test
  void table_namesTheTestsThatExist() throws ClassNotFoundException {
    Map<String, String> named = rows();
    named.values().removeIf(NONE::equals);

    Map<String, String> existing = new TreeMap<>();
    for (String name : CLASSES) {
      tests(Class.forName(PACKAGE + name)).forEach(test -> existing.put(test, name));
    }
    assertThat(named).isEqualTo(existing);
  }

  private static Stream<String> tests(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(
            method ->
                method.isAnnotationPresent(Test.class)
                    || method.isAnnotationPresent(ParameterizedTest.class))
        .map(Method::getName);
  }

  /** Class, or "none", by upstream name. */
  private static Map<String, String> rows() {
    String text = Documents.read(Documents.root().resolve("docs/internals/upstream-tests.md"));
    Map<String, String> rows = new TreeMap<>();
    TreeSet<String> twice = new TreeSet<>();
    Matcher row = ROW.matcher(text);
    while (row.find()) {
      if (rows.put(row.group(1), row.group(2) == null ? NONE : row.group(2)) != null) {
        twice.add(row.group(1));
      }
    }
    assertThat(twice).isEmpty();
    return rows;
  }
}
