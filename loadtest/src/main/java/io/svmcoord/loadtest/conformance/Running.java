package io.svmcoord.loadtest.conformance;

import io.svmcoord.v1.DeviceNotice;

/** An invalidation in the words of a script. Confined to the script's thread. */
final class Running {
  final ScriptedInvalidation invalidation;
  private final Stage stage;

  Running(Stage stage, ScriptedInvalidation invalidation) {
    this.stage = stage;
    this.invalidation = invalidation;
  }

  /** Waits for the ack. */
  void awaitAck() {
    boolean isAnswered =
        stage.scene.await(stage.scene.limits.patience().toNanos(), invalidation::isAnswered);
    if (!isAnswered) {
      throw CheckStopped.failed(
          "%s was not acked within %d ms"
              .formatted(invalidation, stage.scene.limits.patience().toMillis()));
    }
    if (invalidation.isRefused) {
      throw CheckStopped.failed(
          "%s was refused (%s; expected: an ack)".formatted(invalidation, invalidation.refusal));
    }
  }

  /** The host has changed its pages and ends it. */
  void end() {
    end(Notices.ended(invalidation));
  }

  /** The host died: ended by force. */
  void endByForce() {
    end(Notices.endedByForce(invalidation, stage.space.nextSequence()));
  }

  private void end(DeviceNotice.Builder notice) {
    stage.scene.locked(
        () -> {
          markEnded();
          stage.link().send(notice);
        });
  }

  /** Its end is not told. Under the scene's lock. */
  void markEnded() {
    if (invalidation.isAcked) {
      // What was listed while it ran is as dead as what was listed before (rule J3).
      invalidation.space.retire(invalidation);
    }
    invalidation.isEnded = true;
  }

  /** An ack and an end. */
  void pass() {
    awaitAck();
    end();
  }
}
