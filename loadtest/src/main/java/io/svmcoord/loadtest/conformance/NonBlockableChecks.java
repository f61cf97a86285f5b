package io.svmcoord.loadtest.conformance;

import static io.svmcoord.loadtest.conformance.ScriptedSpace.page;
import static io.svmcoord.loadtest.conformance.ScriptedSpace.pages;

import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.Refusal;
import java.util.List;

/** Invalidations that may not wait (race R14). Stateless. */
final class NonBlockableChecks {
  private NonBlockableChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "non-blockable-in-use",
            "G2 R14",
            "A page in use is invalidated, and the device may not make it wait.",
            "A refusal, WOULD_BLOCK, at once.",
            NonBlockableChecks::inUse),
        Check.of(
            "refused-then-ended",
            "G1 R14",
            "As before; then it is ended, since nothing came of it.",
            "The page can be used.",
            NonBlockableChecks::refusedThenEnded),
        Check.of(
            "non-blockable-idle",
            "G2 R14",
            "A page that is neither mapped nor in use is invalidated, non-blockable.",
            "An ack, at once: there is nothing to wait for.",
            NonBlockableChecks::idle));
  }

  private static String inUse(Stage stage) {
    Running change = refused(stage, InvalidationEvent.INVALIDATION_EVENT_CLEAR);
    change.end();
    stage.holdUses(false);
    return "refused after " + took(change);
  }

  private static String refusedThenEnded(Stage stage) {
    Running change = refused(stage, InvalidationEvent.INVALIDATION_EVENT_UNMAP);
    change.end();
    stage.holdUses(false);
    stage.awaitUsed(stage.use(page(0)), "a use after the end");
    return "used again";
  }

  private static Running refused(Stage stage, InvalidationEvent event) {
    stage.mirror(pages(0, 8));
    stage.holdUses(true);
    stage.awaitUsed(stage.use(page(0)), "the use");
    Running change = stage.beginNonBlockable(event, page(0));
    awaitAnswer(stage, change);
    if (change.invalidation.refusal != Refusal.Cause.CAUSE_WOULD_BLOCK) {
      throw CheckStopped.failed(
          "refused with %s (expected: CAUSE_WOULD_BLOCK)".formatted(change.invalidation.refusal));
    }
    return change;
  }

  private static String idle(Stage stage) {
    stage.mirror(pages(0, 8));
    Running change = stage.beginNonBlockable(InvalidationEvent.INVALIDATION_EVENT_UNMAP, page(3));
    awaitAnswer(stage, change);
    if (change.invalidation.isRefused) {
      throw CheckStopped.failed(
          "refused with %s (expected: an ack)".formatted(change.invalidation.refusal));
    }
    change.end();
    stage.map(page(3));
    return "acked after " + took(change);
  }

  private static void awaitAnswer(Stage stage, Running change) {
    long atOnceNanos = stage.scene.limits.atOnce().toNanos();
    if (!stage.scene.await(atOnceNanos, change.invalidation::isAnswered)) {
      throw CheckStopped.failed(
          "no answer within %s (expected: one at once)".formatted(Scene.millis(atOnceNanos)));
    }
  }

  private static String took(Running change) {
    return Scene.millis(change.invalidation.answeredNanos - change.invalidation.begunNanos);
  }
}
