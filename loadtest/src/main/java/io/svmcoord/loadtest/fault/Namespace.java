package io.svmcoord.loadtest.fault;

import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.report.RunFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network namespace of Linux, which a pair of virtual interfaces connects with this one. Nothing
 * else is reached from there. One for each process. Confined to one thread; each method blocks
 * shortly.
 */
public final class Namespace implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Networks to choose from, of the block for benchmarks: processes at once take others. */
  private static final int NETWORKS = 250;

  private final String name;
  private final String outer;
  private final String inner;
  private final String here;
  private final String there;

  private Namespace(long pid) {
    this.name = "svm-" + pid;
    this.outer = "svmo" + pid;
    this.inner = "svmi" + pid;
    long network = pid % NETWORKS;
    this.here = "198.18." + network + ".1";
    this.there = "198.18." + network + ".2";
  }

  /**
   * Makes one; empty where that is not allowed: it needs root and iproute2.
   *
   * @throws RunFailure when it could be made but not connected
   */
  public static Optional<Namespace> make() {
    Namespace made = new Namespace(ProcessHandle.current().pid());
    if (ip("netns", "add", made.name) != 0) {
      return Optional.empty();
    }
    try {
      made.connect();
      return Optional.of(made);
    } catch (RunFailure e) {
      made.close();
      throw e;
    }
  }

  private void connect() {
    must("link", "add", outer, "type", "veth", "peer", "name", inner);
    must("link", "set", inner, "netns", name);
    must("addr", "add", here + "/30", "dev", outer);
    must("link", "set", outer, "up");
    must("-n", name, "addr", "add", there + "/30", "dev", inner);
    must("-n", name, "link", "set", "lo", "up");
    linkUp();
  }

  /** Address by which this side is reached from there. */
  public InetAddress here() {
    try {
      return InetAddress.getByName(here);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(here + ": a literal address", e);
    }
  }

  /** The same process, over there. */
  public Launch within(Launch launch) {
    return launch.withPrefix("ip", "netns", "exec", name);
  }

  /** Nothing goes through any more, and nobody is told. */
  public void linkDown() {
    must("-n", name, "link", "set", inner, "down");
  }

  /** What was sent meanwhile goes through when it is sent again. */
  public void linkUp() {
    must("-n", name, "link", "set", inner, "up");
  }

  private static void must(String... arguments) {
    int code = ip(arguments);
    if (code != 0) {
      throw RunFailure.foundWrong(
          "ip %s: exit code %d (expected: 0)".formatted(String.join(" ", arguments), code));
    }
  }

  private static int ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    return SystemCommand.run(TIMEOUT, command);
  }

  /** Its interface goes with it, and so does the other end. Processes there should have ended. */
  @Override
  public void close() {
    must("netns", "delete", name);
  }
}
