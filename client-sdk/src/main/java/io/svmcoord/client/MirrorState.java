package io.svmcoord.client;

import io.svmcoord.range.AddressRanges;

/** Placeholder signature, replaced by the state machine. */
@SuppressWarnings("DoNotCallSuggester")
final class MirrorState {
  void raise(AddressRanges ranges) {
    throw new UnsupportedOperationException();
  }

  boolean isRunning(AddressRanges ranges) {
    throw new UnsupportedOperationException();
  }

  RetryResult check(LocalToken token, AddressRanges ranges) {
    throw new UnsupportedOperationException();
  }
}
