package io.svmcoord.client;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Who knows of an invalidation is given no token of before it (race R1). */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.FORBIDDEN, desc = "told, and a token of before")
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "told, and has to wait")
@Outcome(id = "false, .*", expect = Expect.ACCEPTABLE, desc = "not told yet")
@State
public class ReadyTokenStress {
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
    result.r2 = mirror.core.ready().find(StressedMirror.PAGE) != null;
  }
}
