package io.svmcoord.loadtest.process;

import java.util.List;
import java.util.Map;

/**
 * What a process of this program is started with, beyond its arguments. Immutable.
 *
 * @param prefix command that becomes the process, by exec, for instance {@code ip netns exec a};
 *     empty: none
 * @param jvmOptions options of its JVM beyond those of this one
 * @param environment variables beyond those of this process
 */
public record Launch(
    List<String> prefix, List<String> jvmOptions, Map<String, String> environment) {
  /** A JVM with the options of this one. */
  public static final Launch SAME = new Launch(List.of(), List.of(), Map.of());

  /**
   * A process that lives shortly among many others: compiling less and collecting on one thread
   * leaves the processors to what is shown.
   */
  public static final Launch SMALL =
      new Launch(List.of(), List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), Map.of());

  /** Copies the lists and the map. */
  public Launch {
    prefix = List.copyOf(prefix);
    jvmOptions = List.copyOf(jvmOptions);
    environment = Map.copyOf(environment);
  }

  /** The same behind a command. */
  public Launch withPrefix(String... command) {
    return new Launch(List.of(command), jvmOptions, environment);
  }

  /** The same with other variables. */
  public Launch withEnvironment(Map<String, String> variables) {
    return new Launch(prefix, jvmOptions, variables);
  }
}
