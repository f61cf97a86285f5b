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

  private static final Deadline NEVER =
      Deadline.after(Duration.ofDays(1), ClientEnvironment.system());

  final MirrorCore core =
      new MirrorCore(ClientEnvironment.system(), () -> 1, MirrorRules.CORRECT, 1, this);

  /** Given before anything happened, and ready. */
  final LocalToken token;

  /** Set in the teardown, which is before the ack. */
  volatile boolean isTold;

  /** Confined to the mirror's lock. */
  boolean isMapped;

  StressedMirror() {
    core.subscribed(PAGE, 4096, Map.of());
    token = core.await(PAGE, NEVER);
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
