package io.svmcoord.server.service;

import java.util.ArrayList;
import java.util.List;

/** Notes what an outbox asks of its owner. */
final class FakeOwner implements StreamOutbox.Owner {
  private final List<long[]> asked = new ArrayList<>();
  private int overflows;

  /** The spaces of each question, the oldest first. */
  List<long[]> asked() {
    return asked;
  }

  int overflows() {
    return overflows;
  }

  @Override
  public void behind(long[] spaces) {
    asked.add(spaces);
  }

  @Override
  public void overflowed() {
    overflows++;
  }
}
