package io.svmcoord.loadtest.conformance;

/** What a device can do wrong: one for each check, which has to find it, and no other. */
enum Mistake {
  FORGETS_RUNNING_PROTECTION("read-during-invalidation"),
  MARKS_ONLY_WHAT_IS_MAPPED("nothing-mapped-yet"),
  UNLOCKS_BETWEEN_CHECK_AND_INSTALL("check-and-install"),
  MARKS_PROTECTION_AFTER_ACK("late-mark"),
  ANY_END_ENDS_ALL("two-overlapping"),
  REMEMBERS_NO_CLEAR("passed-between"),
  TOGGLES_A_FLAG("there-and-back"),
  CHECK_CONSUMES_THE_MARK("two-readers"),
  WAITS_FOR_STRANGERS("stranger-runs"),
  RETRIES_FOR_STRANGERS("stranger-during-fetch"),
  CHECKS_LAST_RANGE_ONLY("several-ranges"),
  IGNORES_FORCED_ENDS("forced-end"),
  ACKS_EXCLUSIVE_IN_USE("ack-after-use"),
  REFUSES_SOFT_DIRTY_IN_USE("blockable-never-refused"),
  IGNORES_UNKNOWN_EVENTS("every-event"),
  IGNORES_MIGRATION("migration-by-others"),
  FIRST_RANGE_ONLY("every-range"),
  SIGNED_ADDRESSES("high-addresses"),
  NO_ACK_FOR_WHAT_RUNS("every-event-acked"),
  ACKS_ALL_UP_TO("all-up-to"),
  CUTS_NUMBERS("wide-numbers"),
  FORGETS_READERS_AT_RELEASE("release"),
  WAITS_WHEN_IT_MAY_NOT("non-blockable-in-use"),
  STUCK_AFTER_REFUSAL("refused-then-ended"),
  REFUSES_ALL_NON_BLOCKABLE("non-blockable-idle"),
  IGNORES_RUNNING_LIST("subscribe-under-running"),
  IGNORES_EVENTS_BEHIND_ANSWER("begin-behind-subscription"),
  DROPS_AFTER_REMOVAL("remove-after-drop"),
  LOSES_ENDS_DURING_UPDATES("remove-around-end"),
  KEEPS_WHAT_WAS_LISTED("come-and-go"),
  REMOVES_THEN_ADDS("hole"),
  IGNORES_REFUSAL("refused-subscription"),
  DETACHES_BEFORE_DROP("detach-after-drop"),
  MIXES_SPACES("two-spaces"),
  HANDLES_ENDS_AT_ONCE("notice-order"),
  FIRST_OF_A_MESSAGE_ONLY("batched-notices"),
  GIVES_UP_ON_UNKNOWN("unknown-notices"),
  DROPS_EVENTS_OF_A_BURST("burst"),
  CATCHES_UP_WITH_ONE_RANGE("caught-up-ranges"),
  IGNORES_RUNNING_AT_CATCH_UP("caught-up-running"),
  KEEPS_WHAT_ENDED_AT_CATCH_UP("caught-up-ended"),
  IGNORES_RESYNC_AT_CATCH_UP("caught-up-resync"),
  ACKS_ONE_AT_CATCH_UP("caught-up-acks"),
  ACKS_CATCH_UP_IN_USE("caught-up-in-use"),
  CATCH_UP_LEAVES_NO_MARK("caught-up-during-fetch"),
  IGNORES_EPOCH_OF_ENDS("older-end"),
  IGNORES_EPOCH_OF_BEGINS("older-begin"),
  IGNORES_NEWER_EPOCH("newer-epoch"),
  IGNORES_INCARNATION("new-incarnation"),
  KEEPS_PAGES_WHEN_EVICTED("evicted"),
  KEEPS_PAGES_WHEN_BROKEN("stream-broken"),
  NO_ACKS_WHILE_DRAINING("draining"),
  RARE_HEARTBEATS("heartbeats"),
  FORGETS_THE_GUARD("lease-ends"),
  ENDS_ITS_LEASE_EARLY("lease-lasts"),
  COUNTS_FROM_THE_ANSWER("lease-from-sending"),
  NO_LEASE_WITHOUT_STREAM("lease-without-stream");

  private final String check;

  Mistake(String check) {
    this.check = check;
  }

  /** Name of the check that has to find it. */
  String check() {
    return check;
  }
}
