package io.svmcoord.loadtest.process;

import io.svmcoord.loadtest.report.RoleReport.HostReady;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Arguments of {@code svm} for a process that this one starts, and that ends with it. Immutable.
 *
 * @param list as the process gets them
 */
public record Arguments(List<String> list) {
  private static final String STOP_WITH_STDIN = "--stop-with-stdin";

  /** A coordinator on loopback, at ports that are free. Its first line is a {@code Listening}. */
  public static final Arguments SERVE =
      of("serve", "--listen=127.0.0.1:0", "--admin=127.0.0.1:0", STOP_WITH_STDIN, "--output=json");

  /** Copies the list. */
  public Arguments {
    list = List.copyOf(list);
  }

  /** A command, and what is to follow it. */
  public static Arguments of(String... words) {
    return new Arguments(List.of(words));
  }

  /**
   * A role: host, guest-host, device or mapper.
   *
   * @param target host:port of the coordinator
   */
  public static Arguments ofRole(String command, String target) {
    return of(command, STOP_WITH_STDIN).with("--target", target);
  }

  /** The same and these. */
  public Arguments and(String... more) {
    List<String> all = new ArrayList<>(list);
    all.addAll(List.of(more));
    return new Arguments(all);
  }

  /** The same, with this value of an option in place of another one that it may have. */
  public Arguments with(String option, Object value) {
    List<String> all = new ArrayList<>(list);
    all.removeIf(argument -> argument.startsWith(option + "="));
    all.add(option + "=" + value);
    return new Arguments(all);
  }

  /** The same for a time, in whole milliseconds. */
  public Arguments with(String option, Duration time) {
    return with(option, time.toMillis() + "ms");
  }

  /** The same for who uses the pages of this host. */
  public Arguments with(HostReady at) {
    return with("--space", at.spaceId())
        .with("--memory", at.memoryFile())
        .with("--page-source", at.pageSourceTarget());
  }
}
