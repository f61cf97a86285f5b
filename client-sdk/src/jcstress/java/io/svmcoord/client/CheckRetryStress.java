package io.svmcoord.client;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** check_retry outside the lock says so to whoever knows of the invalidation. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "told, and no retry")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "told, and a retry")
@Outcome(id = "false, .*", expect = Expect.ACCEPTABLE, desc = "not told yet")
@State
public class CheckRetryStress {
  private final StressedMirror mirror = new StressedMirror();

  /** The stream's. */
  @Actor
  public void invalidation() {
    mirror.invalidate();
  }

  /** A user's. */
  @Actor
  public void reader(ZZ_Result result) {
    result.r1 = mirror.isTold;
    result.r2 = mirror.mirror.checkRetry(mirror.token, StressedMirror.PAGE);
  }
}
