package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.Event;

/** The ways an emulated host changes its pages. Immutable. */
public enum ChangeKind {
  /** Writes pages by copying them. */
  WRITE(Event.CLEAR, 30),
  /** Unmaps pages; some time later they are mapped again. */
  UNMAP(Event.UNMAP, 15),
  /** Moves pages to another place: two ranges in one invalidation. */
  MOVE(Event.UNMAP, 10),
  /** Makes pages read-only or writable. */
  PROTECT(Event.PROTECTION_VMA, 20),
  /** Moves pages to other frames. */
  MIGRATE(Event.MIGRATE, 20),
  /** Forks a child that shares the pages until one side writes; it is released later. */
  FORK(Event.PROTECTION_PAGE, 5);

  private final Event event;
  private final int weight;

  ChangeKind(Event event, int weight) {
    this.event = event;
    this.weight = weight;
  }

  /** Event with which it is invalidated. */
  public Event event() {
    return event;
  }

  /** How often it is chosen, relative to the others. */
  int weight() {
    return weight;
  }
}
