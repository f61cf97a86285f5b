package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * A coordinator that breaks one promise, made by changing what the checker sees, or what the
 * coordinator is asked: shows that the checker would notice.
 */
enum Mutant {
  /** The coordinator as it is. */
  NONE,
  /** Answers each begin at once, before any ack (G1). */
  BEGUN_BEFORE_ACKS {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      List<Told> changed = new ArrayList<>(told);
      checker
          .justBegan()
          .ifPresent(
              began -> changed.add(new Told.Begun(began.tag(), began.id(), FanOutReport.NOBODY)));
      return changed;
    }
  },
  /** Gives a reader its token while an overlapping invalidation runs (G3, race R1). */
  READER_DOES_NOT_WAIT {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      List<Told> changed = new ArrayList<>(told);
      checker
          .justReading()
          .ifPresent(tag -> changed.add(new Told.Ready(tag, checker.tokenNow(tag))));
      return changed;
    }
  },
  /** Forgets readers (G3). */
  READER_NOT_WOKEN {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return without(told, Told.Ready.class);
    }
  },
  /** Never asks a reader to start over (G1, race R8). */
  ALWAYS_VALID {
    @Override
    String retry(String answer) {
      return "VALID";
    }
  },
  /** Always asks a reader to start over (G3). */
  ALWAYS_INVALIDATED {
    @Override
    String retry(String answer) {
      return "INVALIDATED";
    }
  },
  /** Tells nobody of an end (G7, race R14). */
  ENDS_NOT_TOLD {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return without(told, Told.Ended.class);
    }
  },
  /** Tells every end twice (G7). */
  ENDS_TOLD_TWICE {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return doubled(told, Told.Ended.class);
    }
  },
  /** Tells every begin twice (G7). */
  BEGINS_TOLD_TWICE {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return doubled(told, Told.Invalidated.class);
    }
  },
  /** Leaves a device out of a fan-out (G7). */
  BEGIN_NOT_TOLD {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return without(told, Told.Invalidated.class);
    }
  },
  /** Ends a dead host's invalidations as if the host had (G9). */
  FORCED_END_HIDDEN {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return told.stream()
          .map(
              one ->
                  one instanceof Told.Ended(var session, var what, var isForced, var sequence)
                      ? (Told) new Told.Ended(session, what, false, 0)
                      : one)
          .toList();
    }
  },
  /** Ends invalidations before their host's lease is over (G9). */
  ENDS_EARLY {
    @Override
    List<InvalidationView> running(List<InvalidationView> running) {
      return running.size() < 3 ? running : running.subList(1, running.size());
    }
  },
  /** Never finishes a begin whose device is dead (G2). */
  WAITS_FOR_EVER {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return told.stream()
          .filter(one -> !(one instanceof Told.Begun begun && !begun.report().notAcked().isEmpty()))
          .toList();
    }
  },
  /** Tells a subscriber nothing of what runs (races R6, R7). */
  RUNNING_NOT_LISTED {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return told.stream()
          .map(
              one ->
                  one instanceof Told.Updated(var tag, var session, var update)
                      ? (Told)
                          new Told.Updated(
                              tag,
                              session,
                              new SubscriptionsUpdate(
                                  update.spaceId(),
                                  update.epoch(),
                                  update.sequence(),
                                  update.version(),
                                  update.pageSizeBytes(),
                                  List.of()))
                      : one)
          .toList();
    }
  },
  /** Takes what was sent for delivered: tells again only what was never told (G7). */
  SENT_IS_DELIVERED {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return hasResumed(told)
          ? told.stream()
              .filter(
                  one ->
                      !(one instanceof Told.Invalidated(var session, var what)
                          && checker.wasTold(session, what.id())))
              .toList()
          : told;
    }
  },
  /** Forgets at a resume what is owed and was never sent (G7). */
  UNSENT_NOT_TOLD {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return hasResumed(told)
          ? told.stream()
              .filter(
                  one ->
                      !(one instanceof Told.Invalidated(var session, var what)
                          && !checker.wasTold(session, what.id())))
              .toList()
          : told;
    }
  },
  /** Resumes a session that is over or was put out (G6). */
  RESUME_REVIVES {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return told.stream()
          .map(
              one ->
                  one instanceof Told.ResumeRefused(var session, var refusal)
                      ? (Told) new Told.Resumed(session, List.of())
                      : one)
          .toList();
    }
  },
  /** Tells a session that resumes nothing of what runs (R6). */
  RESUMED_RUNNING_NOT_LISTED {
    @Override
    List<Told> changed(List<Told> told, PromiseChecker checker) {
      return told.stream()
          .map(
              one ->
                  one instanceof Told.Resumed(var session, var spaces)
                      ? (Told) new Told.Resumed(session, List.of())
                      : one)
          .toList();
    }
  },
  /** Readers that reserve get no more than others (G3). */
  RESERVATION_IGNORED {
    @Override
    KernelConfig config(KernelConfig config) {
      return Configs.withReservations(config, config.reservationMaxNanos(), 0);
    }
  },
  /** Reservations last, and postpone begins, for ever (G2). */
  RESERVATION_UNBOUNDED {
    @Override
    KernelConfig config(KernelConfig config) {
      long longest = config.ackDeadlineMaxNanos();
      return Configs.withReservations(config, longest, longest);
    }

    @Override
    long reserve(long nanos) {
      return nanos * 1000;
    }
  },
  /** A reader's read_retry does not end its reservation (G3). */
  RESERVATION_NOT_RETURNED {
    @Override
    long returned(long reservation) {
      return 0;
    }
  };

  KernelConfig config(KernelConfig config) {
    return config;
  }

  long reserve(long nanos) {
    return nanos;
  }

  long returned(long reservation) {
    return reservation;
  }

  List<Told> changed(List<Told> told, PromiseChecker checker) {
    return told;
  }

  List<InvalidationView> running(List<InvalidationView> running) {
    return running;
  }

  String retry(String answer) {
    return answer;
  }

  private static boolean hasResumed(List<Told> told) {
    return told.stream().anyMatch(Told.Resumed.class::isInstance);
  }

  private static List<Told> without(List<Told> told, Class<? extends Told> kind) {
    return told.stream().filter(one -> !kind.isInstance(one)).toList();
  }

  private static List<Told> doubled(List<Told> told, Class<? extends Told> kind) {
    List<Told> changed = new ArrayList<>(told);
    told.stream().filter(kind::isInstance).forEach(changed::add);
    return changed;
  }
}
