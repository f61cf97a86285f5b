package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.fault.LinkFaults;
import java.time.Duration;

/** What happens to a victim. Values; {@link ChaosCluster} carries them out. */
sealed interface Fault {
  /** Until it is taken back; zero for what happens in an instant. */
  Duration length();

  /** For people. */
  String text();

  /** SIGKILL, and a new process after a while. */
  record Kill(Duration length) implements Fault {
    @Override
    public String text() {
      return "killed, replaced after " + length.toMillis() + " ms";
    }
  }

  /** SIGSTOP, then SIGCONT: the process does not know that time went by. */
  record Freeze(Duration length) implements Fault {
    @Override
    public String text() {
      return "frozen for " + length.toMillis() + " ms";
    }
  }

  /** Its connections are reset; it may connect again at once. */
  record Cut() implements Fault {
    @Override
    public Duration length() {
      return Duration.ZERO;
    }

    @Override
    public String text() {
      return "connections cut";
    }
  }

  /** Its connections are reset, and new ones refused. */
  record Refuse(Duration length) implements Fault {
    @Override
    public String text() {
      return "connections cut and refused for " + length.toMillis() + " ms";
    }
  }

  /** Its link goes bad, in one direction or both. */
  record BadLink(LinkFaults toServer, LinkFaults toClient, String what, Duration length)
      implements Fault {
    @Override
    public String text() {
      return what + " for " + length.toMillis() + " ms";
    }
  }
}
