package io.svmcoord.client;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A page that was read without the lock is never mapped while its invalidation runs (race R3). */
@JCStressTest
@Outcome(id = "true", expect = Expect.FORBIDDEN, desc = "mapped under an invalidation that runs")
@Outcome(id = "false", expect = Expect.ACCEPTABLE, desc = "torn down, or not installed")
@State
public class InstallStress {
  private final StressedMirror mirror = new StressedMirror();

  /** The stream's. */
  @Actor
  public void invalidation() {
    mirror.invalidate();
  }

  /** A user's. */
  @Actor
  public void fault() {
    mirror.fault();
  }

  /** Afterwards. */
  @Arbiter
  public void after(Z_Result result) {
    result.r1 = mirror.isMapped;
  }
}
