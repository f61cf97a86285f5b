package io.svmcoord.server.kernel;

import java.util.List;

/**
 * Tells device sessions of begins, ends and releases: the loops that run when a change is complete.
 * An outlet that throws costs nobody else a notice. Confined to the coordinator's thread.
 */
final class Notices {
  private final Effects effects;

  Notices(Effects effects) {
    this.effects = effects;
  }

  /** Tells all captured sessions, one after the other, with the same object. */
  void fanOut(RunningInvalidation running) {
    for (Membership member : running.captured) {
      DeviceOutlet outlet = member.session.deviceOutlet;
      if (outlet != null) {
        try {
          outlet.invalidate(running.what);
        } catch (RuntimeException failure) {
          effects.failed(failure);
        }
      }
    }
  }

  /** Tells all who were told of the begin, or found it running when they subscribed. */
  void tellEnd(RunningInvalidation running) {
    for (Membership member : running.captured) {
      tellEnd(member.session, running);
    }
    List<Session> late = running.lateSubscribers();
    for (int i = 0; i < late.size(); i++) {
      tellEnd(late.get(i), running);
    }
  }

  private void tellEnd(Session session, RunningInvalidation running) {
    DeviceOutlet outlet = session.deviceOutlet;
    if (outlet != null) {
      try {
        outlet.ended(running.what, running.endSequence != 0, running.endSequence);
      } catch (RuntimeException failure) {
        effects.failed(failure);
      }
    }
  }

  static void tellReleased(Session session, AddressSpace space) {
    DeviceOutlet outlet = session.deviceOutlet;
    if (outlet != null) {
      outlet.released(space.id, space.epoch);
    }
  }
}
