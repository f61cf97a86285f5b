package io.svmcoord.loadtest.peers;

/** What a coordinator has more and more of. */
public enum Growth {
  /** Devices that each operation has to reach: times grow with them, in a straight line. */
  DEVICES("devices"),

  /** Address spaces, of which all but one are not used. */
  SPACES("address spaces"),

  /** Subscriptions of the space that no operation overlaps, of ten sessions. */
  SUBSCRIPTIONS("subscriptions beside"),

  /** Device sessions without a subscription, over ten connections. */
  IDLE_SESSIONS("idle sessions");

  private final String text;

  Growth(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }
}
