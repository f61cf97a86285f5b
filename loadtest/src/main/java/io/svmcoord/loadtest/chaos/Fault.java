package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.fault.LinkFaults;
import java.time.Duration;

/** What happens to a victim. Values; {@link ChaosCluster} carries them out. */
sealed interface Fault {
  /** Until it is taken back; zero for what happens in an instant. */
  Duration length();

  /** For people. */
  String text();

  /** Whether nobody gets through to its victim, or it does nothing, while the fault lasts. */
  default boolean isOutage() {
    return true;
  }

  /** SIGKILL, and a new process after a while. */
  record Kill(Duration length) implements Fault {
    @Override
    public String text() {
      return "killed, replaced after " + length.toMillis() + " ms";
    }
  }

  /** SIGKILL, and after a while a new process whose clocks are off from then on. */
  record OffClock(Duration length, double rate) implements Fault {
    @Override
    public String text() {
      return "killed, replaced after %d ms by one whose clocks run at x%s"
          .formatted(length.toMillis(), rate);
    }
  }

  /** There is no room on its disk: it can remember nothing new. */
  record DiskFull(Duration length) implements Fault {
    @Override
    public boolean isOutage() {
      return false;
    }

    @Override
    public String text() {
      return "disk full for " + length.toMillis() + " ms";
    }
  }

  /** Its network interface is down: nothing goes through, and no connection breaks for it. */
  record LinkDown(Duration length) implements Fault {
    @Override
    public String text() {
      return "link down for " + length.toMillis() + " ms";
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
