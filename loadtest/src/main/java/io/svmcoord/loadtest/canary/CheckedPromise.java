package io.svmcoord.loadtest.canary;

import java.util.Locale;

/** The promises that a canary can see from where it sits; see docs/guarantees.md. */
public enum CheckedPromise {
  /** After begin returned OK no device uses a page of it, and no mapper's older token is valid. */
  G1,
  /** A begin finishes within its bound. */
  G2,
  /** Readers of other pages neither wait nor retry. */
  G3;

  /** As a label: lower case. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
