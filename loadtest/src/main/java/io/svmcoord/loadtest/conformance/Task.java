package io.svmcoord.loadtest.conformance;

import io.svmcoord.conformance.v1.NextResponse;
import io.svmcoord.conformance.v1.Outcome;
import java.util.ArrayList;
import java.util.List;

/** One instruction and what came of it. Guarded by the scene's lock. */
final class Task {
  final NextResponse instruction;
  final List<PageUse> uses = new ArrayList<>();

  /** {@code OUTCOME_UNSPECIFIED} until it is done. */
  Outcome outcome = Outcome.OUTCOME_UNSPECIFIED;

  String message = "";

  Task(NextResponse instruction) {
    this.instruction = instruction;
  }

  long id() {
    return instruction.getInstructionId();
  }

  boolean isDone() {
    return outcome != Outcome.OUTCOME_UNSPECIFIED;
  }
}
