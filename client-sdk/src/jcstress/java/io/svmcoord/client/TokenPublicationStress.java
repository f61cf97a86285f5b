package io.svmcoord.client;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A token handed over through a data race is whole: it is immutable. */
@JCStressTest
@Outcome(id = "false", expect = Expect.FORBIDDEN, desc = "half a token")
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "none yet, or all of it")
@State
public class TokenPublicationStress {
  private static final MirrorState ORIGIN = new MirrorState();

  private @Nullable LocalToken shared;

  /** Hands it over. */
  @Actor
  public void giver() {
    shared = new LocalToken(ORIGIN, 3, 7, StressedMirror.PAGE);
  }

  /** Takes it. */
  @Actor
  public void taker(Z_Result result) {
    LocalToken token = shared;
    result.r1 =
        token == null
            || (token.generation() == 3
                && token.processed() == 7
                && token.isFor(StressedMirror.PAGE)
                && ORIGIN.equals(token.origin()));
  }
}
