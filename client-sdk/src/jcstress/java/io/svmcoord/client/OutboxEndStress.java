package io.svmcoord.client;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Beside a half-close a part is sent before it or not at all; the call throws if it is after. */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "completed")
@Outcome(expect = Expect.FORBIDDEN, desc = "the call is left open")
@State
public class OutboxEndStress {
  private final RecordingCall call = new RecordingCall();
  private final Outbox<List<Integer>, List<Integer>> outbox =
      new Outbox<>(ArrayList::new, List::copyOf);

  /** The call is there. */
  public OutboxEndStress() {
    outbox.attach(call);
  }

  /** A sender. */
  @Actor
  public void sender() {
    outbox.send(message -> message.add(1));
  }

  /** Its session's end. */
  @Actor
  public void end() {
    outbox.halfClose();
  }

  /** Afterwards. */
  @Arbiter
  public void after(Z_Result result) {
    result.r1 = "completed".equals(call.ended);
  }
}
