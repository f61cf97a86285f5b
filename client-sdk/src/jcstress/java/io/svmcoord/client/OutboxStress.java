package io.svmcoord.client;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** What two threads send goes out, each part once, whoever of them writes. */
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both")
@Outcome(expect = Expect.FORBIDDEN, desc = "one is lost or doubled")
@State
public class OutboxStress {
  private final RecordingCall call = new RecordingCall();
  private final Outbox<List<Integer>, List<Integer>> outbox =
      new Outbox<>(ArrayList::new, List::copyOf);

  /** The call is there. */
  public OutboxStress() {
    outbox.attach(call);
  }

  /** A sender. */
  @Actor
  public void first() {
    outbox.send(message -> message.add(1));
  }

  /** Another. */
  @Actor
  public void second() {
    outbox.send(message -> message.add(2));
  }

  /** Afterwards. */
  @Arbiter
  public void after(I_Result result) {
    result.r1 = call.sent.stream().flatMap(List::stream).distinct().mapToInt(part -> 1).sum();
    if (call.sent.stream().mapToInt(List::size).sum() > 2) {
      result.r1 = -1;
    }
  }
}
