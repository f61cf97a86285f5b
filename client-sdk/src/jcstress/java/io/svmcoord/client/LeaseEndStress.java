package io.svmcoord.client;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Who knows that the lease is over installs nothing, though the fence is not there yet; what others
 * installed is dropped by it (promise G4).
 */
@JCStressTest
@Outcome(id = "true, .*", expect = Expect.FORBIDDEN, desc = "installed past the lease")
@Outcome(id = "false, true", expect = Expect.FORBIDDEN, desc = "left by the fence")
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "refused, or dropped")
@State
public class LeaseEndStress {
  private final StressedMirror mirror = new StressedMirror();

  /** The lease's. */
  @Actor
  public void end() {
    mirror.leftNanos = 0;
    mirror.core.fence();
  }

  /** A user's. */
  @Actor
  public void reader(ZZ_Result result) {
    boolean isKnown = mirror.leftNanos == 0;
    mirror.fault();
    result.r1 = isKnown && mirror.wasInstalled;
  }

  /** Afterwards. */
  @Arbiter
  public void after(ZZ_Result result) {
    result.r2 = mirror.isMapped;
  }
}
