package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A live mirror of one page, whose table says what has happened to it. */
final class StressedMirror implements DeviceTable {
  static final AddressRange RANGE = new AddressRange(0, 4095);
  static final AddressRanges PAGE = AddressRanges.of(RANGE);

  /** One for all, since there are many mirrors and each is short-lived. */
  private static final ClientEnvironment ENVIRONMENT = ClientEnvironment.system();

  private static final Deadline NEVER = Deadline.after(Duration.ofDays(1), ENVIRONMENT);

  /** Of the lease. */
  volatile long leftNanos = 1;

  final MirrorCore core =
      new MirrorCore(ENVIRONMENT, () -> this.leftNanos, MirrorRules.CORRECT, 1, this);

  /** As its user has it. */
  final Mirror mirror = NoSession.mirror(core);

  /** Given before anything happened, and ready. */
  final LocalToken token;

  /** Set in the teardown, which is before the ack. */
  volatile boolean isTold;

  /** Confined to the mirror's lock. */
  boolean isMapped;

  /** Whether {@link #fault} installed; confined to the one thread that calls it. */
  boolean wasInstalled;

  StressedMirror() {
    core.subscribed(PAGE, 4096, Map.of());
    token = core.await(PAGE, NEVER);
  }

  /** read_begin, fetch of nothing, read_retry and install, as a user writes it. */
  void fault() {
    LocalToken last = core.ready().find(PAGE);
    if (last == null) {
      // It would have to wait.
      return;
    }
    mirror.lock().lock();
    try {
      if (!mirror.readRetry(last, PAGE).isRetry()) {
        install(RANGE, List.of(), Access.READ);
        wasInstalled = true;
      }
    } finally {
      mirror.lock().unlock();
    }
  }

  /** Begins and runs on. */
  void invalidate() {
    core.invalidate(new InvalidationNotice(1, 1, Event.CLEAR, PAGE, false));
  }

  @Override
  public void install(AddressRange range, List<MirroredPage> pages, Access access) {
    isMapped = true;
  }

  @Override
  public void invalidate(InvalidationNotice notice) {
    isTold = true;
    isMapped = false;
  }
}
