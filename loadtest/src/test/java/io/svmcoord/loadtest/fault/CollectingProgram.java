package io.svmcoord.loadtest.fault;

import com.sun.management.OperatingSystemMXBean;
import io.svmcoord.loadtest.SvmCommand;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code svm} on a heap so full that a collection on one thread stops it for longer than {@link
 * #PAUSE_MIN}. It collects when it is told to, by {@code jcmd PID GC.run}.
 */
final class CollectingProgram {
  /** Work of a collection at least, in time of a processor: on a busy machine it takes longer. */
  static final Duration PAUSE_MIN = Duration.ofMillis(800);

  /** So much room that no collection begins by itself. */
  static final List<String> JVM_OPTIONS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx4g", "-Xms4g");

  private static final int NODES_PER_STEP = 4_000_000;

  /** Steps after which a collection is long enough to tell how many are needed. */
  private static final int STEPS_FIRST = 6;

  private static final int STEPS_MAX = 50;

  /** Kept until the process ends. */
  private static final List<Node> BALLAST = new ArrayList<>();

  private record Node(@Nullable Node next) {}

  private CollectingProgram() {}

  public static void main(String[] args) {
    fill(STEPS_FIRST);
    long workNanos = Math.max(1, collect());
    fill((int) Math.min(STEPS_MAX, STEPS_FIRST * PAUSE_MIN.toNanos() / workNanos));
    SvmCommand.main(args);
  }

  private static void fill(int steps) {
    for (int step = 0; step < steps; step++) {
      Node list = new Node(null);
      for (int i = 0; i < NODES_PER_STEP; i++) {
        list = new Node(list);
      }
      BALLAST.add(list);
    }
  }

  /** Processor time that a collection takes, nanoseconds. */
  private static long collect() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long startNanos = system.getProcessCpuTime();
    System.gc();
    return system.getProcessCpuTime() - startNanos;
  }
}
